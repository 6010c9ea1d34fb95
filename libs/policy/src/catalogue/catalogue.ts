import { BATCH } from './batch.ts';
import { CAM } from './cam.ts';
import { COS } from './cos.ts';
import { CVM } from './cvm.ts';
import { LIGHTHOUSE } from './lighthouse.ts';
import { STS } from './sts.ts';
import { TAT } from './tat.ts';
import type { CatalogueAction, ServiceCatalogue } from './types.ts';

/** Every catalogued service, by key. */
export const CATALOGUE: readonly ServiceCatalogue[] = [BATCH, CAM, COS, CVM, LIGHTHOUSE, STS, TAT];

interface Indexed {
  readonly catalogue: ServiceCatalogue;
  /** By name and by alias. */
  readonly actions: ReadonlyMap<string, CatalogueAction>;
}

const INDEX: ReadonlyMap<string, Indexed> = new Map(
  CATALOGUE.map((catalogue) => [
    catalogue.service,
    {
      catalogue,
      actions: new Map(
        catalogue.actions.flatMap((action) =>
          [action.name, ...action.aliases].map((name): [string, CatalogueAction] => [name, action]),
        ),
      ),
    },
  ]),
);

/** The catalogue of a service (`tat`), or undefined if there is none. */
export function findService(service: string): ServiceCatalogue | undefined {
  return INDEX.get(service)?.catalogue;
}

/** The action that `service:Name` means, also under an alias; undefined if it is not catalogued. No `*`, no `name/`. */
export function findAction(action: string): CatalogueAction | undefined {
  const colon = action.indexOf(':');
  return INDEX.get(action.slice(0, colon))?.actions.get(action.slice(colon + 1));
}
