import type { Action } from '@muster/cloud-api';
import type { Member, SdkProduct } from './sdk-types.ts';
import { type ShownMember, shownMembers } from './shown-members.ts';

/** Something in which Muster is not as the SDK declares it. */
export interface Difference {
  /** The SDK's type and member: `RunCommandRequest.InstanceIds`. */
  readonly at: string;
  /** What Muster does: `is not required`. */
  readonly what: string;
}

/** How a product of Muster and the SDK's idea of it relate. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Members that Muster has besides, by the SDK's types. */
  readonly additions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Actions that both have. */
  readonly offered: readonly string[];
  /** Actions that only the SDK has. */
  readonly missing: readonly string[];
  /** Actions that only Muster has. */
  readonly added: readonly string[];
}

/** A type of the SDK and what Muster shows in its place. */
interface Pair {
  readonly type: string;
  readonly members: readonly ShownMember[];
  /** Whether it is a part of requests: only there something can be required. */
  readonly asked: boolean;
}

/** Compares all that both have, types within types included. */
export function compare(sdk: SdkProduct, actions: ReadonlyMap<string, Action>): Comparison {
  const offered = sdk.actions.filter((name) => actions.has(name));
  const pairs = offered.flatMap((name) => {
    const { input, output } = actions.get(name)!.method;
    return [
      ...reached(sdk, { type: `${name}Request`, members: shownMembers(input), asked: true }),
      ...reached(sdk, { type: `${name}Response`, members: shownMembers(output), asked: false }),
    ];
  });
  const additions = new Map<string, Set<string>>();
  for (const { type, members } of pairs) {
    const known = new Set(sdk.types.get(type)!.map(({ name }) => name));
    for (const { name } of members) {
      if (!known.has(name)) additions.set(type, (additions.get(type) ?? new Set()).add(name));
    }
  }
  const differences = pairs.flatMap((pair) => differencesOf(sdk.types.get(pair.type)!, pair));
  return {
    differences: [...new Map(differences.map((each) => [`${each.at} ${each.what}`, each])).values()],
    additions,
    offered,
    missing: sdk.actions.filter((name) => !actions.has(name)),
    added: [...actions.keys()].filter((name) => !sdk.actions.includes(name)),
  };
}

/** A pair and those within it. No type of the SDK holds itself. */
function reached(sdk: SdkProduct, pair: Pair): readonly Pair[] {
  const inner = sdk.types.get(pair.type)!.flatMap(({ name, type }) => {
    const members = pair.members.find((each) => each.name === name)?.members;
    return members && sdk.types.has(type) ? reached(sdk, { ...pair, type, members: members() }) : [];
  });
  return [pair, ...inner];
}

function differencesOf(declared: readonly Member[], { type, members, asked }: Pair): readonly Difference[] {
  const ofKnown = declared
    .filter(({ name }) => name !== 'RequestId')
    .flatMap((member) => {
      const own = members.find(({ name }) => name === member.name);
      const found = own ? inWhich(member, own, asked) : ['is not there'];
      return found.map((what) => ({ at: `${type}.${member.name}`, what }));
    });
  const ofOthers = members
    .filter(({ name, required }) => asked && required && !declared.some((each) => each.name === name))
    .map(({ name }) => ({ at: `${type}.${name}`, what: 'is required, and unknown to clients' }));
  return [...ofKnown, ...ofOthers];
}

function inWhich(declared: Member, own: ShownMember, asked: boolean): readonly string[] {
  const type = ['string', 'number', 'boolean'].includes(declared.type) ? declared.type : 'object';
  return [
    ...(declared.list === own.list ? [] : [own.list ? 'is a list' : 'is no list']),
    ...(own.type === '' || type === own.type ? [] : [`is of the type ${own.type}`]),
    ...declared.values.filter((value) => own.values?.includes(value) === false).map((value) => `is never ${value}`),
    ...(!asked || declared.required === own.required ? [] : [own.required ? 'is required' : 'is not required']),
  ];
}
