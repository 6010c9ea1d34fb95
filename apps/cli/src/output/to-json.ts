import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { type Timestamp, TimestampSchema, timestampMs } from '@bufbuild/protobuf/wkt';
import { tatName } from '../tat-name.ts';

/** JSON as TAT would write it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * A message with TAT's field names in PascalCase. Bytes are Base64, times ISO 8601 in UTC, enums TAT's words, uins text
 * (they are longer than a JavaScript number may be), absent messages null.
 */
export function toTatJson<D extends DescMessage>(schema: D, message: Message): { [key: string]: Json } {
  return fromReflection(reflect(schema, message as never));
}

function fromReflection(message: ReflectMessage): { [key: string]: Json } {
  return Object.fromEntries(message.fields.map((field) => [pascal(field.name), fieldValue(message, field)]));
}

function fieldValue(message: ReflectMessage, field: DescField): Json {
  if (field.fieldKind === 'list') {
    return [...(message.get(field) as Iterable<unknown>)].map((item) => value(field, item));
  }
  const mayBeAbsent = field.fieldKind === 'message' || field.proto.proto3Optional;
  if (mayBeAbsent && !message.isSet(field)) return null;
  return value(field, message.get(field));
}

function value(field: DescField, item: unknown): Json {
  if (field.message) {
    if (field.message.typeName !== TimestampSchema.typeName) return fromReflection(item as ReflectMessage);
    return new Date(timestampMs((item as ReflectMessage).message as Timestamp)).toISOString();
  }
  if (field.enum) return tatName(field.enum, item as number);
  if (item instanceof Uint8Array) return Buffer.from(item).toString('base64');
  if (typeof item === 'bigint') return isUin(field) ? String(item) : Number(item);
  return item as Json;
}

/** Fields that proto marks as text in JavaScript. */
function isUin(field: DescField): boolean {
  return 'longAsString' in field && field.longAsString === true;
}

function pascal(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
