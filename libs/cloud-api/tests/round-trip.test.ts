import { type DescMessage, equals, type Message } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFlattened, type Product, parseBody, stringify, toJson, toMessage } from '../src/index.ts';
import { shownFields } from '../src/shown-fields.ts';
import { ACTIONS, anyMessage, flatten } from './messages.test-support.ts';

const METHODS = (['tat', 'cam', 'sts'] as const).flatMap((product) =>
  [...ACTIONS[product].values()].map(({ name, method: { input, output } }) => ({ product, name, input, output })),
);
// what an answer moves into another object is not read from there
const READABLE = METHODS.filter(({ output }) => shownFields(output).every(({ within }) => within === ''));

describe.each(METHODS)('a request of $product $name', ({ product, input }) => {
  it('is the same after it was JSON', () => {
    check(product, input, (body) => toMessage(input, parseBody(body), { coerce: false }));
  });

  it('is the same after it was a query', () => {
    check(product, input, (body) => {
      const query = new URLSearchParams(flatten(JSON.parse(body, exact)));
      return toMessage(input, fromFlattened(new URLSearchParams(query.toString())), { coerce: true });
    });
  });
});

describe.each(READABLE)('an answer of $product $name', ({ product, output }) => {
  it('is the same after it was JSON', () => {
    check(product, output, (body) => toMessage(output, parseBody(body), { coerce: false }));
  });
});

function check(product: Product, schema: DescMessage, read: (body: string) => Message): void {
  fc.assert(
    fc.property(anyMessage(schema), (message) => {
      const again = read(stringify(toJson(schema, message, product)));
      if (!equals(schema, message, again)) expect(again).toEqual(message);
    }),
    { numRuns: 20 },
  );
}

/** Whole numbers as the text that they were written in. */
function exact(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? context!.source : value;
}
