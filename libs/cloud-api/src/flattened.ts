import { Refusal } from '@muster/kernel';
import type { Given } from './to-message.ts';

/** Deeper than any parameter. */
const MAX_DEPTH = 16;
/** More members than any list of a request. */
const MAX_INDEX = 10_000;

type Branch = Map<string, Branch | string>;

/**
 * The parameters of a query or form as the objects and lists that they were flattened from: `Filters.0.Values.1=x`. Refusal: InvalidParameter
 * for a name twice, for a value with members, and for lists with gaps.
 */
export function fromFlattened(parameters: Iterable<readonly [name: string, value: string]>): {
  readonly [name: string]: Given;
} {
  const root: Branch = new Map();
  for (const [name, value] of parameters) {
    const parts = name.split('.');
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
  return Object.fromEntries([...root].map(([name, value]) => [name, unfold(name, value)]));
}

function unfold(path: string, value: Branch | string): Given {
  if (typeof value === 'string') return value;
  const names = [...value.keys()];
  if (!names.every((name) => /^\d+$/.test(name))) {
    return Object.fromEntries([...value].map(([name, each]) => [name, unfold(`${path}.${name}`, each)]));
  }
  const list: Given[] = [];
  for (let index = 0; index < names.length; index++) {
    const each = value.get(String(index));
    if (each === undefined || index >= MAX_INDEX) throw wrong(path, 'must be numbered 0, 1, 2 and so on');
    list.push(unfold(`${path}.${index}`, each));
  }
  return list;
}

function wrong(name: string, what: string): Refusal {
  return new Refusal('invalid', 'InvalidParameter', `\`${name.slice(0, 200)}\` ${what}`, { field: name.slice(0, 200) });
}
