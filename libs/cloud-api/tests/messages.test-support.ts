import { create, type DescField, type DescMessage, type MessageInitShape, ScalarType } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import * as contract from '@muster/contract';
import fc from 'fast-check';
import { numberOf } from '../src/enum-values.ts';
import { actionsOf } from '../src/index.ts';
import { type ShownField, shownFields } from '../src/shown-fields.ts';

/** Every action of every product. */
export const ACTIONS = actionsOf(Object.values(contract).filter((each) => 'kind' in each && each.kind === 'service'));

interface Init {
  [localName: string]: unknown;
}

/** Any message of a type, with something in whatever requests can say of it. */
export function anyMessage(schema: DescMessage) {
  return anyInit(schema, '').map((init) => create(schema, init as MessageInitShape<DescMessage>));
}

function anyInit(schema: DescMessage, type: string): fc.Arbitrary<Init> {
  const fields = shownFields(schema, type).filter(({ within }) => within === '');
  return fc.tuple(...fields.map(perhaps)).map((values) => {
    const init: Init = {};
    for (const [index, { field, through }] of fields.entries()) {
      const holder = through.reduce((outer, { localName }) => {
        outer[localName] ??= {};
        return outer[localName] as Init;
      }, init);
      holder[field.localName] = values[index];
    }
    return init;
  });
}

/** What may be absent is absent now and then. */
function perhaps(shown: ShownField): fc.Arbitrary<unknown> {
  const { field, required, through, absent } = shown;
  if (absent !== 'null') return anyField(shown);
  // of what stands inlined something is there, or it would be as if it were not there itself
  const optional = through.length === 0 && (field.fieldKind === 'message' || field.proto.proto3Optional);
  return optional && !required && absent === 'null' ? fc.option(anyField(shown), { nil: undefined }) : anyField(shown);
}

function anyField(shown: ShownField): fc.Arbitrary<unknown> {
  return shown.field.fieldKind === 'list' ? fc.array(anyValue(shown), { minLength: 1, maxLength: 3 }) : anyValue(shown);
}

function anyValue({ field, form, shownAs }: ShownField): fc.Arbitrary<unknown> {
  if (field.message) {
    // times are shown to the second
    if (field.message.typeName.endsWith('.Timestamp')) {
      return fc.nat(4_000_000_000).map((seconds) => timestampFromMs(seconds * 1_000));
    }
    return anyInit(field.message, shownAs);
  }
  if (field.enum) {
    const { values } = field.enum;
    // what shares its number with another is a choice of requests, which give it as text
    const own = values.filter((each) => values.find((other) => numberOf(other) === numberOf(each)) === each);
    return fc.constantFrom(...own.map(({ number }) => number));
  }
  if (form === contract.ApiForm.NUMBER && field.scalar === ScalarType.STRING)
    return fc.bigInt(NUMBERS.uint64).map(String);
  return anyScalar(field);
}

const NUMBERS = {
  int32: { min: -(2 ** 31), max: 2 ** 31 - 1 },
  uint32: { min: 0, max: 2 ** 32 - 1 },
  uint64: { min: 0n, max: 2n ** 64n - 1n },
} as const;

function anyScalar({ scalar, parent, name }: DescField): fc.Arbitrary<unknown> {
  switch (scalar) {
    case ScalarType.STRING:
      return fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('%'));
    case ScalarType.BYTES:
      return fc.uint8Array();
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.INT32:
      return fc.integer(NUMBERS.int32);
    case ScalarType.UINT32:
      return fc.integer(NUMBERS.uint32);
    case ScalarType.UINT64:
      return fc.bigInt(NUMBERS.uint64);
    default:
      throw new Error(`${parent.typeName}.${name}: API 3.0 knows no such type`);
  }
}

/** The parameters that clients make of a request for a query; null and what is empty leaves no trace. */
export function flatten(value: unknown, path = ''): [name: string, value: string][] {
  if (value === null) return [];
  if (typeof value !== 'object') return [[path, String(value)]];
  const at = path === '' ? '' : `${path}.`;
  return Object.entries(value).flatMap(([name, each]) => flatten(each, `${at}${name}`));
}
