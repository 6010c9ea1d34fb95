import { Refusal } from '@muster/kernel';
import { clip, type Given, type GivenObject, MAX_LIST } from './given.ts';

/** Deeper than any parameter. */
const MAX_DEPTH = 16;

type Branch = Map<string, Branch | string>;

/**
 * The parameters of a query or form as the objects and lists that they were flattened from: `Filters.0.Values.1=x`. Refusal: InvalidParameter
 * for a name twice, for a value with members, and for lists with gaps.
 */
export function fromFlattened(parameters: Iterable<readonly [name: string, value: string]>): GivenObject {
  const root: Branch = new Map();
  for (const [name, value] of parameters) {
    const parts = name.split('.', MAX_DEPTH + 1);
    if (parts.length > MAX_DEPTH || parts.includes('')) throw wrong(name, 'is no name of a parameter');
    let branch = root;
    for (const part of parts.slice(0, -1)) {
      const next = branch.get(part) ?? new Map<string, Branch | string>();
      if (typeof next === 'string') throw wrong(name, 'is a member of a value that has none');
      branch.set(part, next);
      branch = next;
    }
    const last = parts.at(-1)!;
    if (branch.has(last)) throw wrong(name, 'is given twice');
    branch.set(last, value);
  }
  return members('', root);
}

function members(path: string, branch: Branch): GivenObject {
  return Object.fromEntries([...branch].map(([name, each]) => [name, unfold(`${path}${name}`, each)]));
}

/** What has numbers for names is a list. */
function unfold(path: string, value: Branch | string): Given {
  if (typeof value === 'string') return value;
  if (![...value.keys()].every((name) => /^\d+$/.test(name))) return members(`${path}.`, value);
  if (value.size > MAX_LIST) throw wrong(path, `may have ${MAX_LIST} members, has ${value.size}`);
  return Array.from({ length: value.size }, (_, index) => {
    const each = value.get(String(index));
    if (each === undefined) throw wrong(path, 'must be numbered 0, 1, 2 and so on');
    return unfold(`${path}.${index}`, each);
  });
}

function wrong(name: string, what: string): Refusal {
  const field = clip(name, 100);
  return new Refusal('invalid', 'InvalidParameter', `\`${field}\` ${what}`, { field });
}
