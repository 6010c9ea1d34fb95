import { type DescEnum, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { type Timestamp, TimestampSchema, timestampDate } from '@bufbuild/protobuf/wkt';
import { ApiForm } from '@muster/contract';
import type { Product } from './actions.ts';
import { numberOf, textOf } from './enum-values.ts';
import { holderOf, type ShownField, shownConstants, shownFields } from './shown-fields.ts';

declare global {
  interface JSON {
    /** A number as it is to be written; Node has it, TypeScript does not know it yet. */
    rawJSON(text: string): object;
  }
}

/** A value of an answer. */
export type Json = null | boolean | number | string | bigint | Json[] | { [name: string]: Json };

/**
 * A message as an answer shows it: every field is there, with null for a time, a message or an optional value that is not set,
 * unless the field says otherwise. Whole numbers beyond 2^53 are bigints; `stringify` writes them as the numbers they are.
 */
export function toJson(schema: DescMessage, message: Message, product: Product): { [name: string]: Json } {
  return shape(reflect(schema, message), product);
}

/** The text of an answer. */
export function stringify(value: Json): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? JSON.rawJSON(each.toString()) : each));
}

function shape(message: ReflectMessage, product: Product, type = ''): { [name: string]: Json } {
  const out: { [name: string]: Json } = {};
  for (const shown of shownFields(message.desc, type)) {
    const place = shown.within === '' ? out : (out[shown.within] as typeof out);
    const holder = holderOf(message, shown);
    place[shown.name] = holder ? fieldOf(holder, shown, product) : null;
  }
  for (const constant of shownConstants(message.desc, type)) {
    out[constant.name] = holderOf(message, constant) ? (JSON.parse(constant.json) as Json) : null;
  }
  return out;
}

function fieldOf(message: ReflectMessage, shown: ShownField, product: Product): Json {
  const { field, form, shownAs } = shown;
  if (isAbsent(message, field)) return JSON.parse(shown.absent) as Json;
  switch (field.fieldKind) {
    case 'list': {
      const values = [...message.get(field)];
      if (field.listKind === 'scalar') return values.map((each) => scalar(field.scalar, each, form));
      if (field.listKind === 'enum') return values.map((each) => enumValue(field.enum, each as number, form));
      return values.map((each) => messageValue(each as ReflectMessage, form, product, shownAs));
    }
    case 'map':
      throw new Error(`${field.parent.typeName}.${field.name}: API 3.0 knows no maps`);
    case 'message':
      return messageValue(message.get(field), form, product, shownAs);
    case 'enum':
      return enumValue(field.enum, message.get(field) as number, form);
    case 'scalar':
      return scalar(field.scalar, message.get(field), form);
  }
}

/** Messages and optional values may be absent; others have the value that stands for nothing. */
function isAbsent(message: ReflectMessage, field: DescField): boolean {
  return (field.fieldKind === 'message' || field.proto.proto3Optional) && !message.isSet(field);
}

function scalar(type: ScalarType, value: unknown, form: ApiForm): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'boolean') return form === ApiForm.NUMBER ? Number(value) : value;
  if (type === ScalarType.STRING && form !== ApiForm.NUMBER) return value as string;
  if (form === ApiForm.DIGITS) return String(value);
  // 64 bits are a bigint or (jstype) text
  const whole = BigInt(value as string | number | bigint);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

function enumValue(schema: DescEnum, number: number, form: ApiForm): Json {
  const value = schema.value[number];
  const shown = value ? numberOf(value) : number;
  if (form === ApiForm.NUMBER) return shown;
  if (form === ApiForm.DIGITS) return String(shown);
  return value ? textOf(schema, value) : '';
}

function messageValue(message: ReflectMessage, form: ApiForm, product: Product, type: string): Json {
  if (message.desc.typeName !== TimestampSchema.typeName) return shape(message, product, type);
  const at = timestampDate(message.message as Timestamp);
  if (form === ApiForm.EPOCH_SECONDS) return Math.floor(at.getTime() / 1_000);
  const text = `${at.toISOString().slice(0, 19)}Z`;
  return product === 'cam' && form !== ApiForm.ISO_8601 ? text.replace('T', ' ').replace('Z', '') : text;
}
