import type { AccessLevel, CatalogueAction, ConditionKey, KeyType, ServiceCatalogue } from './types.ts';

/**
 * One row of a service's table: `write('AttachUserPolicy', 'Attaches a policy to a user.', POLICY, USER)`. Each argument
 * after the description takes part in every request; a list stands for one of its items. None: an operation-level action.
 */
type Row = (name: string, description: string, ...parts: readonly (string | readonly string[])[]) => CatalogueAction;

function row(access: AccessLevel): Row {
  return (name, description, ...parts) => {
    const groups = parts.map((part) => [part].flat());
    const resources = groups.flat();
    return { name, access, operationLevel: resources.length === 0, resources, groups, aliases: [], description };
  };
}

export const read = row('read');
export const list = row('list');
export const write = row('write');

/** The same action, which policies may also call by other names. */
export function alsoNamed(action: CatalogueAction, ...aliases: readonly string[]): CatalogueAction {
  return { ...action, aliases };
}

export function key(name: string, type: KeyType, description: string, amount: 'one' | 'many' = 'one'): ConditionKey {
  return { key: name, type, many: amount === 'many', description };
}

/** Puts the rows of a table, which read best by topic, into alphabetical order. */
export function service(catalogue: ServiceCatalogue): ServiceCatalogue {
  return { ...catalogue, actions: catalogue.actions.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}
