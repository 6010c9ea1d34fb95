import { CATALOGUE, findAction } from '../catalogue/catalogue.ts';
import type { ExplainedPolicy } from './explained-principal.ts';

const CATALOGUED = CATALOGUE.flatMap(({ service, actions }) => actions.map(({ name }) => `${service}:${name}`));

/** Every action that there is to know of, in alphabetical order: those of the catalogue, and others that policies name. */
export function actionsNamed(policies: readonly ExplainedPolicy[]): string[] {
  const named = policies
    .flatMap(({ written }) => written?.statements.flatMap(({ actions }) => actions) ?? [])
    .filter((action) => !action.includes('*') && findAction(action) === undefined);
  return [...new Set([...CATALOGUED, ...named])].sort();
}
