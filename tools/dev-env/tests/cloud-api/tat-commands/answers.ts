import { expect } from 'vitest';

/** A time as TAT writes it. */
export const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

/** The whole of an answer: these fields and no others, besides the RequestId that every answer has. */
export function whole(fields: object): object {
  return { ...fields, RequestId: UUID };
}

/** The answer of an action that has nothing to say. */
export const DONE = whole({});

/** Every field that the SDK knows of a type, with what it is expected to be. */
export type Every<T> = { readonly [K in keyof T]-?: unknown };
