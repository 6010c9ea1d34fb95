import { MISSPELT_IN_DENY } from '../actions.ts';
import { findAction, findService } from '../catalogue/catalogue.ts';
import type { ServiceCatalogue } from '../catalogue/types.ts';
import type { Located } from '../document.ts';
import type { DraftStatement, Effect } from '../draft.ts';
import { given, type Report } from '../refusals.ts';
import { expandAction } from './expand.ts';
import type { Warn } from './finding.ts';
import { KNOWN_SERVICES } from './known-services.ts';
import { didYouMean } from './suggest.ts';

/** Says which actions are unknown, go by another name, or match nothing. */
export function checkActions({ actions, effect }: DraftStatement, report: Report, warn: Warn): void {
  for (const action of actions) {
    const { value, path } = action;
    const service = value.slice(0, Math.max(value.indexOf(':'), 0));
    const catalogue = findService(service);
    if (service !== '' && service !== '*' && !KNOWN_SERVICES.has(service)) {
      const hint = didYouMean(service, KNOWN_SERVICES);
      warn('UnknownService', path, `names the unknown service ${given(service)}${hint}`);
    } else if (value.includes('*')) {
      // a service that is known by name alone may have any action
      const empty = (catalogue !== undefined || service === '*') && expandAction(value).actions.length === 0;
      if (empty) warn('EmptyPattern', path, `matches no known action, is ${given(value)}`);
    } else if (catalogue !== undefined) {
      checkName(action, catalogue, effect, report, warn);
    }
  }
}

function checkName(
  { value, path }: Located<string>,
  { service, complete, actions }: ServiceCatalogue,
  effect: Effect | undefined,
  report: Report,
  warn: Warn,
): void {
  const known = findAction(value);
  const meant = MISSPELT_IN_DENY.get(value);
  if (known !== undefined) {
    if (value === `${service}:${known.name}`) return;
    warn('AliasAction', path, `is another name of \`${service}:${known.name}\`, and taken as that`);
  } else if (meant !== undefined) {
    const taken = effect === 'deny' ? `the deny is taken to mean \`${meant}\`` : `\`${meant}\` is not meant by it`;
    warn('MisspeltAction', path, `is no action, is ${given(value)}; ${taken}`);
  } else {
    const names = actions.map(({ name }) => name);
    const hint = didYouMean(value.slice(service.length + 1), names, `${service}:`);
    if (complete) report('ActionNotExist', path, `must be an action of ${service}, was ${given(value)}${hint}`);
    else warn('UnknownAction', path, `is not among the known actions of ${service}, is ${given(value)}${hint}`);
  }
}
