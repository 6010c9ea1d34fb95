import { CATALOGUE, findAction, findService } from '../catalogue/catalogue.ts';
import type { CatalogueAction } from '../catalogue/types.ts';
import { compileWildcard, matchWildcard } from '../wildcard.ts';

/** The catalogued actions that a policy's action stands for. */
export interface Expanded {
  readonly actions: readonly CatalogueAction[];
  /** Whether it can stand for no other: its service is catalogued whole. */
  readonly whole: boolean;
}

const EVERY_ACTION = CATALOGUE.flatMap(({ actions }) => actions);

export function expandAction(action: string): Expanded {
  const [service, name] = action === '*' ? ['*', '*'] : (action.split(':') as [string, string]);
  const catalogue = findService(service);
  const whole = catalogue?.complete ?? false;
  if (!action.includes('*')) {
    const known = findAction(action);
    return { actions: known === undefined ? [] : [known], whole };
  }
  const pieces = compileWildcard(name);
  const searched = service === '*' ? EVERY_ACTION : (catalogue?.actions ?? []);
  const fits = ({ name: own, aliases }: CatalogueAction) => [own, ...aliases].some((one) => matchWildcard(pieces, one));
  return { actions: searched.filter(fits), whole };
}
