import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBody, pascalCase, toMessage } from '../src/index.ts';
import { ACTIONS } from './messages.test-support.ts';
import { pageOf, refusalOf, runOf, tasksOf } from './requests.test-support.ts';

describe('bounds', () => {
  it.each([
    ['a name', () => runOf(`{"${'n'.repeat(1_000_000)}":1}`)],
    ['a text', () => runOf(`{"CommandType":"${'t'.repeat(1_000_000)}"}`)],
    ['a number', () => runOf(`{"Timeout":${'9'.repeat(1_000_000)}}`)],
    ['a name in a query', () => tasksOf(`${'n'.repeat(1_000_000)}.0=1`)],
  ])('a refusal does not repeat the whole of %s', (_, read) => {
    expect(refusalOf(read).length).toBeLessThan(1_000);
  });

  it('deep nesting is no JSON, or no parameter', () => {
    expect(refusalOf(() => runOf('['.repeat(2_000_000)))).toMatch('InvalidRequest');
    expect(refusalOf(() => runOf(`{"A":${'['.repeat(500_000)}${']'.repeat(500_000)}}`))).toMatch(
      /^(InvalidRequest|UnknownParameter)/,
    );
  });

  it('a list has at most 10000 members', () => {
    expect(refusalOf(() => pageOf(`{"CommandIds":[${'"",'.repeat(10_000)}""]}`))).toBe(
      'InvalidParameter: CommandIds may have 10000 members, has 10001',
    );
  });

  it.each([' ', '{', '[]', '5', 'null', '"x"', '{"a":01}', '\ufeff{}'])('the body `%s` is none', (body) => {
    expect(refusalOf(() => parseBody(body))).toMatch('InvalidRequest: the body');
  });

  it('an empty body gives nothing', () => {
    expect(parseBody('')).toEqual({});
  });

  it('nothing that can be given is answered with anything but a refusal', () => {
    const inputs = [...ACTIONS.tat.values(), ...ACTIONS.cam.values(), ...ACTIONS.sts.values()].map(
      ({ method }) => method.input,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...inputs),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.boolean(),
        (input, any, coerce) => {
          // values under names that there are come further than those under any name
          const values = Object.values(any);
          const named = Object.fromEntries(
            input.fields.map(({ name }, index) => [pascalCase(name), values[index % values.length]]),
          );
          for (const given of [any, named]) {
            try {
              toMessage(input, parseBody(JSON.stringify(given)), { coerce });
            } catch (error) {
              expect((error as Error).name).toBe('Refusal');
            }
          }
        },
      ),
    );
  });
});
