import { type DescEnum, type DescEnumValue, ScalarType } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromDate, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { ApiForm } from '@muster/contract';
import { invalid, type Refusal } from '@muster/kernel';
import { alsoOf, numberOf, textOf } from './enum-values.ts';
import { ExactNumber, type Given, seen } from './given.ts';

/** Where a value was given, and how it is to be read. */
export interface Place {
  /** `Filters.0.Name`. */
  readonly path: string;
  readonly form: ApiForm;
  /** The code of the refusal of a value that has the right type and cannot be; empty for no code in particular. */
  readonly refusal: string;
  /** Whether every value is text, whatever its type. */
  readonly coerce: boolean;
}

export function wrongType({ path }: Place, value: Given, must: string): Refusal {
  return invalid('InvalidParameter', path, `must be ${must}, was ${seen(value)}`);
}

function wrongValue({ path, refusal }: Place, value: Given, must: string, usual = 'InvalidParameterValue'): Refusal {
  return invalid(refusal || usual, path, `must be ${must}, was ${seen(value)}`);
}

/** Passes for what is always the same here. Refusal: UnsupportedOperation. */
export function readConstant(json: string, value: Given, { path, coerce }: Pick<Place, 'path' | 'coerce'>): void {
  const given = value instanceof ExactNumber ? value.text : coerce ? value : undefined;
  if (given === json || JSON.stringify(value) === json) return;
  throw invalid('UnsupportedOperation', path, `is always ${json} here, was ${seen(value)}`);
}

export function readScalar(type: ScalarType, value: Given, place: Place): unknown {
  switch (type) {
    case ScalarType.STRING:
      if (place.form === ApiForm.NUMBER) return String(whole(ScalarType.UINT64, value, place));
      return place.form === ApiForm.PERCENT_ENCODED ? percentDecoded(text(value, place), place) : text(value, place);
    case ScalarType.BYTES:
      return bytes(value, place);
    case ScalarType.BOOL:
      return place.form === ApiForm.NUMBER ? flag(value, place) : bool(value, place);
    default:
      return whole(type, value, place);
  }
}

/** The number of an enum's value; an empty text, or the number 0, is as none. */
export function readEnum(schema: DescEnum, value: Given, place: Place): number {
  const values = schema.values.filter(({ number }) => number !== 0);
  const asNumber = place.form === ApiForm.NUMBER || place.form === ApiForm.DIGITS;
  const shown = (each: DescEnumValue) => (asNumber ? String(numberOf(each)) : textOf(schema, each));
  const given = asNumber ? digits(value, place) : text(value, place);
  if (given === (asNumber ? '0' : '')) return 0;
  const found =
    values.find((each) => shown(each) === given) ?? schema.values.find((each) => alsoOf(each).includes(given));
  if (!found) throw wrongValue(place, value, `one of ${values.map(shown).join(', ')}`);
  return found.number;
}

/** A time as answers show it; without an offset it is in UTC. */
export function readTime(value: Given, place: Place): Timestamp {
  if (place.form === ApiForm.EPOCH_SECONDS)
    return timestampFromMs(Number(whole(ScalarType.UINT32, value, place)) * 1_000);
  const given = text(value, place);
  const [, day, time, zone = 'Z'] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)?$/.exec(given) ?? [];
  const at = new Date(`${day}T${time}${zone}`);
  if (Number.isNaN(at.getTime())) throw wrongValue(place, value, 'a time such as 2006-01-02T15:04:05Z');
  return timestampFromDate(at);
}

function text(value: Given, place: Place): string {
  if (typeof value !== 'string') throw wrongType(place, value, 'text');
  // half a pair of surrogates is nothing that UTF-8 could carry
  const wellFormed = value.toWellFormed();
  if (wellFormed !== value) throw wrongValue(place, wellFormed, 'Unicode text');
  return value;
}

/** JSON never begins with `%`, so it can be told whether a client encoded it. */
function percentDecoded(given: string, place: Place): string {
  if (!given.startsWith('%')) return given;
  try {
    return decodeURIComponent(given);
  } catch {
    throw wrongValue(place, given, 'percent-encoded UTF-8');
  }
}

/** Standard Base64 with its padding; line ends, as the tool of that name makes them, do not count. */
function bytes(value: Given, place: Place): Uint8Array {
  const given = text(value, place).replaceAll(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(given) || given.length % 4 !== 0) throw wrongValue(place, value, 'Base64');
  return new Uint8Array(Buffer.from(given, 'base64'));
}

function bool(value: Given, place: Place): boolean {
  if (typeof value === 'boolean') return value;
  const given = place.coerce && typeof value === 'string' ? value.toLowerCase() : '';
  if (given !== 'true' && given !== 'false') throw wrongType(place, value, 'true or false');
  return given === 'true';
}

function flag(value: Given, place: Place): boolean {
  const given = digits(value, place);
  if (given !== '0' && given !== '1') throw wrongValue(place, value, '0 or 1');
  return given === '1';
}

/** The least and the most of each type of whole numbers that the protocol uses. */
const RANGES: Partial<Record<ScalarType, readonly [least: bigint, most: bigint]>> = {
  [ScalarType.INT32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ScalarType.UINT32]: [0n, 2n ** 32n - 1n],
  [ScalarType.INT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.UINT64]: [0n, 2n ** 64n - 1n],
};

function whole(type: ScalarType, value: Given, place: Place): number | bigint {
  const range = RANGES[type];
  if (!range) throw new Error(`API 3.0 knows no ${ScalarType[type]}`);
  const [least, most] = range;
  const given = digits(value, place);
  // no number of 64 bits is longer, and longer ones take long to read
  const number = BigInt(given.slice(0, 21));
  if (number < least) throw wrongValue(place, value, `at least ${least}`, 'InvalidParameterValue.TooSmall');
  if (number > most) throw wrongValue(place, value, `at most ${most}`, 'InvalidParameterValue.TooLarge');
  return type === ScalarType.INT32 || type === ScalarType.UINT32 ? Number(number) : number;
}

/** The digits of a whole number; `1e3` and `1.0` are none. */
function digits(value: Given, place: Place): string {
  const asText = place.coerce || place.form === ApiForm.DIGITS;
  const given = value instanceof ExactNumber ? value.text : asText ? value : undefined;
  if (typeof given !== 'string' || !/^-?(0|[1-9]\d*)$/.test(given)) throw wrongType(place, value, 'a whole number');
  return given;
}
