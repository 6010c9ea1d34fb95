import { create, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { TimestampSchema } from '@bufbuild/protobuf/wkt';
import { invalid, Refusal } from '@muster/kernel';
import { clip, type Given, type GivenObject, isObject, MAX_LIST, seen } from './given.ts';
import { type Place, readConstant, readEnum, readScalar, readTime, wrongType } from './read-value.ts';
import { type ShownField, shownConstants, shownFields } from './shown-fields.ts';

/** How strictly values are read. */
export interface Reading {
  /** Values of a query or form are text, whatever their type. */
  readonly coerce: boolean;
}

/**
 * A request message from what was given. Refusals: UnknownParameter; MissingParameter; InvalidParameter for values of a wrong type;
 * InvalidParameterValue (.TooSmall, .TooLarge), or the code that the field declares, for others that cannot be.
 */
export function toMessage<Desc extends DescMessage>(
  schema: Desc,
  given: GivenObject,
  reading: Reading,
): MessageShape<Desc> {
  const message = create(schema);
  fill(reflect(schema, message), given, { path: '', type: '' }, reading);
  return message;
}

/** Which object of a request a message is, and which type of the cloud's it is shown as. */
interface Part {
  /** Empty, or with a dot at its end. */
  readonly path: string;
  readonly type: string;
}

function fill(message: ReflectMessage, given: GivenObject, { path, type }: Part, reading: Reading): void {
  const fields = shownFields(message.desc, type);
  const constants = shownConstants(message.desc, type);
  for (const [name, value] of Object.entries(given)) {
    const shown = fields.find((each) => each.name === name);
    const constant = constants.find((each) => each.name === name);
    if (!shown && !constant) throw unknown(`${path}${name}`, [...fields, ...constants]);
    if (shown && value !== null) requireOneValue(shown, fields, given, path);
    // what a client sends as null it does not send
    if (shown && value !== null) set(message, shown, value, `${path}${name}`, reading);
    if (constant && value !== null) readConstant(constant.json, value, { ...reading, path: `${path}${name}` });
  }
  const missing = fields.find(({ name, required }) => required && (given[name] ?? null) === null);
  if (missing) throw invalid('MissingParameter', `${path}${missing.name}`, 'is required, was not given');
}

/** Passes unless another name of the same field, of the same form, has another value. */
function requireOneValue(shown: ShownField, fields: readonly ShownField[], given: GivenObject, path: string): void {
  const text = ({ name }: ShownField) => JSON.stringify(given[name] ?? null);
  const others = fields.filter(({ field, form }) => field === shown.field && form === shown.form);
  const other = others.find((each) => text(each) !== 'null' && text(each) !== text(shown));
  if (other) throw invalid('InvalidParameter', `${path}${shown.name}`, `must be the same as ${path}${other.name}`);
}

function set(outer: ReflectMessage, shown: ShownField, value: Given, path: string, reading: Reading): void {
  const { field, through } = shown;
  let message = outer;
  for (const each of through) {
    if (!message.isSet(each)) message.set(each, reflect(each.message));
    message = message.get(each);
  }
  if (field.fieldKind !== 'list') {
    message.set(field, single(shown, value, path, reading));
    return;
  }
  if (!Array.isArray(value)) throw invalid('InvalidParameter', path, `must be a list, was ${seen(value)}`);
  const given = value as readonly Given[];
  if (given.length > MAX_LIST) {
    throw invalid('InvalidParameter', path, `may have ${MAX_LIST} members, has ${given.length}`);
  }
  const list = message.get(field);
  for (const [index, each] of given.entries()) list.add(single(shown, each, `${path}.${index}`, reading));
}

function single(
  { field, form, refusal, shownAs }: ShownField,
  value: Given,
  path: string,
  { coerce }: Reading,
): unknown {
  const place: Place = { path, form, refusal, coerce };
  if (field.message) {
    if (field.message.typeName === TimestampSchema.typeName) return reflect(TimestampSchema, readTime(value, place));
    if (!isObject(value)) throw wrongType(place, value, 'an object');
    const inner = reflect(field.message);
    fill(inner, value, { path: `${path}.`, type: shownAs }, { coerce });
    return inner;
  }
  if (field.enum) return readEnum(field.enum, value, place);
  if (field.scalar && field.fieldKind !== 'map') return readScalar(field.scalar, value, place);
  throw new Error(`${field.parent.typeName}.${field.name}: API 3.0 knows no maps`);
}

function unknown(path: string, fields: readonly Pick<ShownField, 'name'>[]): Refusal {
  const field = clip(path, 100);
  const there = fields.length === 0 ? 'there are none' : `there are ${fields.map(({ name }) => name).join(', ')}`;
  return new Refusal('invalid', 'UnknownParameter', `\`${field}\` is no parameter; ${there}`, { field });
}
