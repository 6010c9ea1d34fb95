import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type MessageShape,
  ScalarType,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { ApiForm } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { numberOf, textOf } from './enum-values.ts';
import { type ShownField, shownFields } from './shown-fields.ts';

/** What a request gives, read from JSON (numbers as `ExactNumber`), or from a query or form, where every value is text. */
export type Given = null | boolean | string | ExactNumber | readonly Given[] | { readonly [name: string]: Given };

/** A number as it was written, so that whole numbers beyond 2^53 stay what they are. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** How strictly values are read. */
export interface Reading {
  /** Values of a query or form are text, whatever their type. */
  readonly coerce: boolean;
}

/** Parses a body. Refusal: InvalidRequest when it is not a JSON object. */
export function parseBody(text: string): { readonly [name: string]: Given } {
  const exact = (_: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' ? new ExactNumber(source!) : value;
  let body: unknown;
  try {
    body = JSON.parse(text === '' ? '{}' : text, exact as (key: string, value: unknown) => unknown);
  } catch {
    throw new Refusal('invalid', 'InvalidRequest', 'the body is not JSON');
  }
  if (!isObject(body as Given)) throw new Refusal('invalid', 'InvalidRequest', 'the body must be a JSON object');
  return body as { readonly [name: string]: Given };
}

/**
 * A request message from what was given. Refusals: UnknownParameter, MissingParameter, InvalidParameter, or the code that the field
 * declares for values that cannot be read.
 */
export function toMessage<Desc extends DescMessage>(
  schema: Desc,
  given: { readonly [name: string]: Given },
  reading: Reading,
): MessageShape<Desc> {
  const message = create(schema);
  fill(reflect(schema, message), given, '', reading);
  return message;
}

function fill(
  message: ReflectMessage,
  given: { readonly [name: string]: Given },
  path: string,
  reading: Reading,
): void {
  const fields = shownFields(message.desc);
  for (const [name, value] of Object.entries(given)) {
    const shown = fields.find((each) => each.name === name);
    if (!shown) throw refuse('UnknownParameter', `${path}${name}`, 'is no parameter of this action');
    // what a client sends as null it does not send
    if (value !== null) set(message, shown, value, `${path}${name}`, reading);
  }
  const missing = fields.find(({ name, required }) => required && (given[name] ?? null) === null);
  if (missing) throw refuse('MissingParameter', `${path}${missing.name}`, 'is missing');
}

function set(message: ReflectMessage, shown: ShownField, value: Given, path: string, reading: Reading): void {
  const { field } = shown;
  switch (field.fieldKind) {
    case 'list': {
      if (!Array.isArray(value)) throw refuse(shown.refusal, path, `must be a list, was ${seen(value)}`);
      const list = message.get(field);
      for (const [index, each] of (value as readonly Given[]).entries()) {
        list.add(single(shown, field.listKind, each, `${path}.${index}`, reading));
      }
      return;
    }
    case 'map':
      throw new Error(`${field.parent.typeName}.${field.name}: API 3.0 knows no maps`);
    default:
      message.set(field, single(shown, field.fieldKind, value, path, reading));
  }
}

function single(
  shown: ShownField,
  kind: 'scalar' | 'enum' | 'message',
  value: Given,
  path: string,
  reading: Reading,
): unknown {
  const { field, form, refusal } = shown;
  const wrong = (must: string) => refuse(refusal, path, `must be ${must}, was ${seen(value)}`);
  if (kind === 'message') {
    const schema = (field as DescField & { message: DescMessage }).message;
    if (!isObject(value)) throw wrong('an object');
    const inner = reflect(schema);
    fill(inner, value, `${path}.`, reading);
    return inner;
  }
  if (kind === 'enum') return enumNumber((field as DescField & { enum: DescEnum }).enum, value, form, wrong);
  return scalar((field as DescField & { scalar: ScalarType }).scalar, value, form, reading, wrong);
}

type Wrong = (must: string) => Refusal;

function scalar(type: ScalarType, value: Given, form: ApiForm, { coerce }: Reading, wrong: Wrong): unknown {
  switch (type) {
    case ScalarType.STRING:
      if (typeof value !== 'string') throw wrong('text');
      return value;
    case ScalarType.BYTES:
      return bytes(value, wrong);
    case ScalarType.BOOL:
      return form === ApiForm.NUMBER ? flag(value, coerce, wrong) : bool(value, coerce, wrong);
    default:
      return whole(type, value, coerce, wrong);
  }
}

function bool(value: Given, coerce: boolean, wrong: Wrong): boolean {
  if (typeof value === 'boolean') return value;
  if (coerce && value === 'true') return true;
  if (coerce && value === 'false') return false;
  throw wrong('true or false');
}

function flag(value: Given, coerce: boolean, wrong: Wrong): boolean {
  const text = numberText(value, coerce);
  if (text !== '0' && text !== '1') throw wrong('0 or 1');
  return text === '1';
}

function bytes(value: Given, wrong: Wrong): Uint8Array {
  const text = typeof value === 'string' ? value : undefined;
  if (text === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw wrong('Base64');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** The least and the most of each type of whole numbers that the protocol uses. */
const RANGES: Partial<Record<ScalarType, readonly [least: bigint, most: bigint]>> = {
  [ScalarType.INT32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ScalarType.UINT32]: [0n, 2n ** 32n - 1n],
  [ScalarType.INT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.UINT64]: [0n, 2n ** 64n - 1n],
};

function whole(type: ScalarType, value: Given, coerce: boolean, wrong: Wrong): number | bigint {
  const range = RANGES[type];
  if (!range) throw new Error(`API 3.0 knows no ${ScalarType[type]}`);
  const text = numberText(value, coerce);
  if (text === undefined || !/^-?\d{1,20}$/.test(text)) throw wrong('a whole number');
  const number = BigInt(text);
  const [least, most] = range;
  if (number < least || number > most) throw wrong(`${least} to ${most}`);
  return type === ScalarType.INT32 || type === ScalarType.UINT32 ? Number(number) : number;
}

function enumNumber(schema: DescEnum, value: Given, form: ApiForm, wrong: Wrong): number {
  const values = schema.values.filter(({ number }) => number !== 0);
  if (form === ApiForm.NUMBER) {
    const text = numberText(value, true);
    const found = values.find((each) => String(numberOf(each)) === text);
    if (!found) throw wrong(`one of ${values.map(numberOf).join(', ')}`);
    return found.number;
  }
  if (value === '') return 0;
  const found = values.find((each) => textOf(schema, each) === value);
  if (!found) throw wrong(`one of ${values.map((each) => textOf(schema, each)).join(', ')}`);
  return found.number;
}

function numberText(value: Given, coerce: boolean): string | undefined {
  if (value instanceof ExactNumber) return value.text;
  return coerce && typeof value === 'string' ? value : undefined;
}

function isObject(value: Given): value is { readonly [name: string]: Given } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** What was given, short enough for a message. */
function seen(value: Given): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'string') return `\`${value.length > 40 ? `${value.slice(0, 40).toWellFormed()}…` : value}\``;
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : String(value);
}

function refuse(reason: string, path: string, what: string): Refusal {
  return new Refusal('invalid', reason, `\`${path}\` ${what}`, { field: path });
}
