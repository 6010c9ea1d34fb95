import { describe, expect, it } from 'vitest';
import { hiddenKeys, keepHiddenValues, maskHiddenParameters, maskHiddenText, type Parameters } from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

const script = '{{user}} {{tat-hidden:password}} {{password}}';
const parameters = (values: Record<string, string>): Parameters => new Map(Object.entries(values));

describe('records', () => {
  it('hide what the script uses as hidden, and nothing else', () => {
    const given = parameters({ user: 'u', password: 'p', unused: 'x' });
    expect([...hiddenKeys(script)]).toEqual(['password']);
    expect(maskHiddenParameters(script, given)).toEqual(parameters({ user: 'u', password: '******', unused: 'x' }));
  });

  it('hide it in JSON text as well, keys in their order', () => {
    expect(maskHiddenText(script, '{"password": "p", "7": "s", "user": "u"}')).toBe(
      '{"password":"******","7":"s","user":"u"}',
    );
    expect(maskHiddenText(script, '')).toBe('');
    expect(maskHiddenText('true', '{ "a" : "b" }')).toBe('{ "a" : "b" }');
  });
});

describe('a change that sends back what answers show', () => {
  const password = new Set(['password']);
  const none = new Set<string>();
  const stored = parameters({ user: 'root', password: 's3cret' });
  const keep = (given: Record<string, string>, hiddenSoFar = password, hiddenFromNow = password) =>
    keepHiddenValues({ field: 'DefaultParameters', given: parameters(given), stored, hiddenSoFar, hiddenFromNow });

  it('keeps the stored value', () => {
    expect(keep({ user: 'me', password: '******' })).toEqual(parameters({ user: 'me', password: 's3cret' }));
  });

  it('replaces it by any other, and drops it when it is left out', () => {
    expect(keep({ password: 'new' })).toEqual(parameters({ password: 'new' }));
    expect(keep({ user: '******' })).toEqual(parameters({ user: '******' }));
  });

  it('must give a value anew that would be shown from now on', () => {
    expect(refusalOf(() => keep({ password: '******' }, password, none))).toMatchObject({
      reason: 'InvalidParameterValue',
      message:
        'DefaultParameters must give `password` a value: ****** stands for a stored one, which will be hidden no more',
    });
    expect(keep({ password: 'known' }, password, none)).toEqual(parameters({ password: 'known' }));
  });

  it('is refused where nothing is stored', () => {
    const token = new Set(['password', 'token']);
    expect(refusalOf(() => keep({ token: '******' }, password, token)).message).toContain('`token` a value');
    expect(refusalOf(() => keep({ user: '******' }, none, new Set(['user']))).message).toContain('is not stored');
  });
});
