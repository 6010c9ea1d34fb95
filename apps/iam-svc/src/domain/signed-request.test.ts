import { describe, expect, it } from 'vitest';
import { checkSignedRequest, purposeOf, type SignedRequest, signatureEnds } from './signed-request.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const request: SignedRequest = {
  secretId: `AKID${'x'.repeat(32)}`,
  seconds: NOON / 1_000,
  date: '2026-01-01',
  stringsToSign: ['text'],
  actionSigned: false,
};
const check =
  (part: Partial<SignedRequest> = {}, now = NOON) =>
  () =>
    checkSignedRequest({ ...request, ...part }, { now, strict: false });

describe('what a request says about its signature', () => {
  it('passes up to the last millisecond in which its timestamp is good, and the signature is remembered until then', () => {
    const ends = signatureEnds(request.seconds);
    expect(check({}, ends - 1)).not.toThrow();
    expect(check({}, ends)).toThrow('was 301 s off');
  });

  it.each([-(2 ** 63), -1, 0, 2 ** 53, 2 ** 63])('is refused with the timestamp %d, whatever its date', (seconds) => {
    expect(check({ seconds })).toThrow('Timestamp must be within 300 s');
  });

  it('has one to four texts', () => {
    expect(check({ stringsToSign: [] })).toThrow('must be 1 to 4, were 0');
    expect(check({ stringsToSign: ['a', 'b', 'c', 'd'] })).not.toThrow();
    expect(check({ stringsToSign: ['a', 'b', 'c', 'd', 'e'] })).toThrow('must be 1 to 4, were 5');
  });

  it('has no date where the method has none', () => {
    expect(check({ date: undefined })).not.toThrow();
    expect(check({ date: '2026-01-02' })).toThrow('must be that of Timestamp in UTC, 2026-01-01, was `2026-01-02`');
  });
});

describe('what a signature is spent on', () => {
  const purpose = (action: string, repeatable: boolean) => purposeOf({ action, repeatable });

  it('is the same for all that only looks at things', () => {
    const reads = ['tat:DescribeCommands', 'cam:GetUser', 'sts:GetCallerIdentity'];
    expect(new Set(reads.map((action) => purpose(action, true))).size).toBe(1);
  });

  it.each(['tat:RunCommand', 'sts:AssumeRole', 'cam:NoSuchAction'])('is %s alone, repeatable or not', (action) => {
    expect([purpose(action, true), purpose(action, false)]).toEqual([`\`${action}\``, `\`${action}\``]);
  });

  it('is the action alone for what must not be repeated, even if it is called a read', () => {
    expect(purpose('cam:GetUser', false)).toBe('`cam:GetUser`');
  });
});
