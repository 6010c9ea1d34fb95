import type { DraftStatement } from '../draft.ts';
import { given } from '../refusals.ts';
import { fullRegion } from '../regions.ts';
import type { Warn } from './finding.ts';
import { KNOWN_SERVICES } from './known-services.ts';
import { segmentsOf } from './segments.ts';
import { didYouMean } from './suggest.ts';

/** Says which resources name an unknown service, or a region by its old name. */
export function checkResources({ resources }: DraftStatement, warn: Warn): void {
  for (const { value, path } of resources) {
    if (value === '*') continue;
    const { service, region } = segmentsOf(value);
    if (service !== '' && !service.includes('*') && !KNOWN_SERVICES.has(service)) {
      const hint = didYouMean(service, KNOWN_SERVICES);
      warn('UnknownService', path, `names the unknown service ${given(service)}${hint}`);
    }
    if (fullRegion(region) !== region) {
      warn(
        'LegacyRegion',
        path,
        `names a region by its old name ${given(region)}, and is taken to mean \`${fullRegion(region)}\``,
      );
    }
  }
}
