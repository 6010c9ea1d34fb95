import { Refusal } from '@muster/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize, compilePolicy, parsePolicy, parseTrustPolicy, trusts } from '../src/index.ts';

const SOUND = JSON.stringify({
  version: '2.0',
  statement: [
    {
      effect: 'allow',
      action: ['name/tat:*Command', 'cos:GetObject'],
      resource: ['qcs::tat:gz:uin/100000000001:command/*', `qcs::cos:::\${uin}/*`, '*'],
      condition: {
        'for_any_value:string_like_if_exist': { 'qcs:resource_tag': ['team&*', `*\${app_id}`] },
        ip_equal: { 'qcs:ip': ['10.0.0.0/8', '2001:db8::/32'] },
        date_less_than: { 'qcs:current_time': '2026-01-01T00:00:00Z' },
        numeric_equal: { n: [1, '2.5e3'] },
        null_equal: { m: true },
      },
    },
    { effect: 'deny', action: '*', resource: '*', condition: { bool_equal: { b: false } } },
  ],
});
const TRUST = SOUND.replaceAll('"effect"', '"principal":{"qcs":"qcs::cam::uin/1:root"},"effect"');

/** Reads, compiles and asks: the only exception is a refusal with one of CAM's codes. */
function survives(text: string): boolean {
  try {
    const compiled = compilePolicy(parsePolicy(text));
    const policies = [{ policyId: '1', version: 1, compiled }];
    const caller = { uin: '2', rootUin: '1', appId: '3', isRoot: false, policies };
    const resources = [{ name: 'qcs::tat:gz::command/a', tags: { team: 'x' } }, { name: text.slice(0, 1024) }];
    authorize(caller, { action: 'tat:RunCommand', resources, context: { 'qcs:ip': text, n: text, b: text } });
    return true;
  } catch (error) {
    expectRefusal(error);
    return false;
  }
}

function survivesAsTrust(text: string): void {
  try {
    trusts(parseTrustPolicy(text), { uin: '2', accountUin: '1', isRoot: false }, { 'qcs:ip': text });
  } catch (error) {
    expectRefusal(error);
  }
}

function expectRefusal(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
  expect(error.kind).toBe('invalid');
  expect(error.reason).toMatch(/^InvalidParameter\.[A-Z][A-Za-z]+$/);
  expect(error.message.length).toBeLessThan(1000);
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 100 }), // lone surrogates too
  fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
  fc.json({ maxDepth: 5 }),
);
const PARTS = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '\\u0000',
  '\\ud800',
  '*',
  '${',
  `\${uin}`,
  '1e999',
  '-',
  'null',
  ' ',
];

/** A sound policy with some of its characters replaced, left out, or doubled. */
const mutated = (sound: string) =>
  fc
    .array(
      fc.record({ at: fc.nat(sound.length), gone: fc.nat(6), put: fc.oneof(fc.constantFrom(...PARTS), fc.string()) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((edits) => edits.reduce((text, { at, gone, put }) => text.slice(0, at) + put + text.slice(at + gone), sound));

/** Sound JSON in which one part of a sound policy is anything at all. */
const replaced = (sound: string) =>
  fc.tuple(fc.nat(60), fc.jsonValue({ maxDepth: 2 })).map(([number, value]) => {
    let seen = 0;
    return JSON.stringify(JSON.parse(sound, (_, member) => (seen++ === number ? value : member)));
  });

describe('whatever is sent as a policy', () => {
  it('was a sound one to begin with', () => {
    expect(survives(SOUND)).toBe(true);
    expect(() => parseTrustPolicy(TRUST)).not.toThrow();
  });

  it.each([
    ['any text', anyText],
    ['a mutated policy', mutated(SOUND)],
    ['a policy with a part replaced', replaced(SOUND)],
  ])('%s is read and decided, or refused with a code', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => void survives(text)),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['any text', anyText],
    ['a mutated policy', mutated(TRUST)],
    ['a policy with a part replaced', replaced(TRUST)],
  ])('%s is read and judged as a trust policy, or refused with a code', (_, texts) => {
    fc.assert(fc.property(texts, survivesAsTrust), { numRuns: 1000 });
  });

  const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
  it.each([
    ['deep lists', deep('[', ']', 2000)],
    ['deep objects', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`],
    ['deep lists as a condition', SOUND.replace('true', deep('[', ']', 1500))],
    ['an open end', '['.repeat(4000)],
    ['a megabyte of blanks', ' '.repeat(1_000_000)],
    ['a megabyte of brackets', '['.repeat(1_000_000)],
    ['a megabyte in one string', `"${'a'.repeat(1_000_000)}"`],
    ['a number without end', SOUND.replace('2.5e3', '9'.repeat(3000))],
    ['an endless exponent', SOUND.replace('[1,', '[1e400,')],
    ['members of every object', SOUND.replace('"n"', '"__proto__"')],
    ['a constructor', SOUND.replace('numeric_equal', 'constructor')],
  ])('%s end in a refusal or a policy', (_, text) => {
    survives(text);
    survivesAsTrust(text);
  });
});
