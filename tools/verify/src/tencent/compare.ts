import { type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { type Action, type ShownField, shownConstants, shownFields } from '@muster/cloud-api';
import { ApiForm } from '@muster/contract';
import type { Member, SdkProduct } from './sdk-types.ts';

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
  readonly additions: ReadonlyMap<string, readonly string[]>;
  /** Actions that both have. */
  readonly offered: readonly string[];
  /** Actions that only the SDK has. */
  readonly missing: readonly string[];
  /** Actions that only Muster has. */
  readonly added: readonly string[];
}

/** A member as Muster shows it. */
interface Shown extends Pick<Member, 'name' | 'list' | 'type' | 'required'> {
  /** What its objects look like. */
  readonly message?: DescMessage | undefined;
  readonly shownAs: string;
  /** Members that its objects have besides those of their message. */
  readonly besides: readonly Shown[];
}

/** Compares all that both have, types within types included. */
export function compare(sdk: SdkProduct, actions: ReadonlyMap<string, Action>): Comparison {
  const differences = new Map<string, Difference>();
  const additions = new Map<string, Set<string>>();
  const visited = new Set<string>();

  const visit = (type: string, shown: readonly Shown[], asked: boolean): void => {
    const members = sdk.types.get(type) ?? [];
    const found = (member: string, what: string) =>
      differences.set(`${type}.${member} ${what}`, { at: `${type}.${member}`, what });
    for (const member of members) {
      if (member.name === 'RequestId') continue;
      const own = shown.find(({ name }) => name === member.name);
      for (const what of own ? differencesOf(member, own, asked) : ['is not there']) found(member.name, what);
      if (own?.message) descend(member.type, own, asked);
    }
    const known = additions.get(type) ?? new Set();
    for (const { name, required } of shown) {
      if (members.some((each) => each.name === name)) continue;
      known.add(name);
      if (required && asked) found(name, 'is required, and not known');
    }
    if (known.size > 0) additions.set(type, known);
  };
  const descend = (type: string, { message, shownAs, besides }: Shown, asked: boolean): void => {
    const key = `${type} ${message!.typeName} ${shownAs} ${asked}`;
    if (visited.has(key) || !sdk.types.has(type)) return;
    visited.add(key);
    visit(type, [...shownOf(message!, shownAs), ...besides], asked);
  };

  const offered = sdk.actions.filter((name) => actions.has(name));
  for (const name of offered) {
    const { input, output } = actions.get(name)!.method;
    visit(`${name}Request`, shownOf(input), true);
    visit(`${name}Response`, shownOf(output), false);
  }
  return {
    differences: [...differences.values()],
    additions: new Map([...additions].map(([type, names]) => [type, [...names]])),
    offered,
    missing: sdk.actions.filter((name) => !actions.has(name)),
    added: [...actions.keys()].filter((name) => !sdk.actions.includes(name)),
  };
}

function differencesOf(sdk: Member, own: Shown, asked: boolean): string[] {
  const type = ['string', 'number', 'boolean'].includes(sdk.type) ? sdk.type : 'object';
  return [
    ...(sdk.list === own.list ? [] : [own.list ? 'is a list' : 'is no list']),
    ...(own.type === '' || type === own.type ? [] : [`is a ${own.type}`]),
    ...(!asked || sdk.required === own.required ? [] : [own.required ? 'is required' : 'is not required']),
  ];
}

function shownOf(message: DescMessage, type = ''): readonly Shown[] {
  const all = shownFields(message, type);
  const within = (outer: string) => all.filter((each) => each.within === outer);
  const constants = shownConstants(message, type).map(({ name, json }) => {
    const value: unknown = JSON.parse(json);
    const list = Array.isArray(value);
    // what an empty list would hold cannot be told
    return { name, list, type: list ? '' : typeof value, required: false, shownAs: '', besides: [] };
  });
  const memberOf = (shown: ShownField): Shown => ({
    name: shown.name,
    list: shown.field.fieldKind === 'list',
    type: typeOf(shown),
    required: shown.required,
    message: typeOf(shown) === 'object' ? shown.field.message : undefined,
    shownAs: shown.shownAs,
    besides: within(shown.name).map(memberOf),
  });
  return [...within('').map(memberOf), ...constants];
}

function typeOf({ field, form }: ShownField): string {
  if (field.message?.typeName === 'google.protobuf.Timestamp') {
    return form === ApiForm.EPOCH_SECONDS ? 'number' : 'string';
  }
  if (field.message) return 'object';
  if (form === ApiForm.NUMBER) return 'number';
  if (form === ApiForm.DIGITS || field.enum) return 'string';
  if (field.scalar === ScalarType.BOOL) return 'boolean';
  return field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES ? 'string' : 'number';
}
