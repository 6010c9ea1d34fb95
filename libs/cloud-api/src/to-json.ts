import { type DescEnum, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { type Timestamp, TimestampSchema, timestampDate } from '@bufbuild/protobuf/wkt';
import { ApiForm } from '@muster/contract';
import type { Product } from './actions.ts';
import { numberOf, textOf } from './enum-values.ts';
import { holderOf, type ShownField, shownFields } from './shown-fields.ts';

declare global {
  interface JSON {
    /** A number as it is to be written; Node has it, TypeScript does not know it yet. */
    rawJSON(text: string): object;
  }
}

/** A value of an answer. */
export type Json = null | boolean | number | string | bigint | Json[] | { [name: string]: Json };

/**
 * A message as an answer shows it: every field is there, with null for a time, a message or an optional value that is not set. Whole numbers
 * beyond 2^53 are bigints; `stringify` writes them as the numbers they are.
 */
export function toJson(schema: DescMessage, message: Message, product: Product): { [name: string]: Json } {
  return shape(reflect(schema, message), product);
}

/** The text of an answer. */
export function stringify(value: Json): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? JSON.rawJSON(each.toString()) : each));
}

function shape(message: ReflectMessage, product: Product): { [name: string]: Json } {
  return Object.fromEntries(
    shownFields(message.desc).map((shown) => [shown.name, fieldOf(holderOf(message, shown), shown, product)]),
  );
}

function fieldOf(message: ReflectMessage, { field, form }: ShownField, product: Product): Json {
  switch (field.fieldKind) {
    case 'list': {
      const values = [...message.get(field)];
      if (field.listKind === 'scalar') return values.map((each) => scalar(field.scalar, each, form));
      if (field.listKind === 'enum') return values.map((each) => enumValue(field.enum, each as number, form));
      return values.map((each) => messageValue(each as ReflectMessage, form, product));
    }
    case 'map':
      throw new Error(`${field.parent.typeName}.${field.name}: API 3.0 knows no maps`);
    case 'message':
      return message.isSet(field) ? messageValue(message.get(field), form, product) : null;
    case 'enum':
      return absent(message, field) ? null : enumValue(field.enum, message.get(field) as number, form);
    case 'scalar':
      return absent(message, field) ? null : scalar(field.scalar, message.get(field), form);
  }
}

/** Optional values may be absent; others have the value that stands for nothing. */
function absent(message: ReflectMessage, field: DescField): boolean {
  return field.proto.proto3Optional && !message.isSet(field);
}

function scalar(type: ScalarType, value: unknown, form: ApiForm): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'boolean') return form === ApiForm.NUMBER ? Number(value) : value;
  if (type === ScalarType.STRING || typeof value === 'number') return value as string | number;
  // 64 bits, as a bigint or (jstype) as text
  const whole = BigInt(value as string | bigint);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

function enumValue(schema: DescEnum, number: number, form: ApiForm): Json {
  const value = schema.value[number];
  if (form === ApiForm.NUMBER) return value ? numberOf(value) : number;
  return value ? textOf(schema, value) : '';
}

function messageValue(message: ReflectMessage, form: ApiForm, product: Product): Json {
  if (message.desc.typeName !== TimestampSchema.typeName) return shape(message, product);
  const at = timestampDate(message.message as Timestamp);
  if (form === ApiForm.EPOCH_SECONDS) return Math.floor(at.getTime() / 1_000);
  const text = `${at.toISOString().slice(0, 19)}Z`;
  return product === 'cam' && form !== ApiForm.ISO_8601 ? text.replace('T', ' ').replace('Z', '') : text;
}
