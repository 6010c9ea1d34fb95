import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkDefaults,
  environmentName,
  overlayParameters,
  parameterEnvironment,
  parametersFromConfs,
  parametersToJson,
  parseParameters,
} from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

const key = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const value = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
/** Up to 20 parameters whose environment names differ. */
const parameters = fc
  .uniqueArray(fc.tuple(key, value), { selector: ([name]) => environmentName(name), maxLength: 20 })
  .map((entries) => new Map(entries));

const many = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, ''])));
const conf = (name: string, text = '') => ({ name, value: text, description: '' });

describe('Parameters', () => {
  it('may be absent, empty or an empty object', () => {
    for (const text of [undefined, '', '{}', ' { } ']) expect(parseParameters('Parameters', text).size).toBe(0);
  });

  it('are read in the order of the text, numbers and __proto__ included', () => {
    const read = parseParameters('Parameters', '{"b": "2", "7": "x", "__proto__": "p", "a": ""}');
    expect([...read]).toEqual([
      ['b', '2'],
      ['7', 'x'],
      ['__proto__', 'p'],
      ['a', ''],
    ]);
  });

  it('come back from their own JSON text unchanged and in order', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        expect([...parseParameters('Parameters', parametersToJson(given))]).toEqual([...given]);
      }),
    );
  });

  it.each([
    ['not json', 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ['{"a":"1"', 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ["{'a':'1'}", 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ['[]', 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ['null', 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ['"a"', 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ['{"a":1}', 'InvalidParameterValue.ParameterValueNotString'],
    ['{"a":null}', 'InvalidParameterValue.ParameterValueNotString'],
    ['{"a":["b"]}', 'InvalidParameterValue.ParameterValueNotString'],
    ['{"a":{"b":"c"}}', 'InvalidParameterValue.ParameterValueNotString'],
    ['{"a":"1","a":"2"}', 'InvalidParameterValue.ParameterKeyDuplicated'],
    ['{"a":"1","\\u0061":"2"}', 'InvalidParameterValue.ParameterKeyDuplicated'],
    ['{"a":"\\"a\\":","b":"{","a":"2"}', 'InvalidParameterValue.ParameterKeyDuplicated'],
    ['{"a-b":"1","A_B":"2"}', 'InvalidParameterValue.ParameterKeyDuplicated'],
    [`{"${'k'.repeat(65)}":""}`, 'InvalidParameterValue.ParameterKeyLenExceeded'],
    ['{"":""}', 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
    ['{"a b":""}', 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
    ['{"键":""}', 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
    ['{"a\\n":""}', 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
    [many(21), 'InvalidParameterValue.ParameterNumberExceeded'],
    ['{"a":"\\u0000"}', 'InvalidParameterValue'],
    ['{"a":"\\ud800"}', 'InvalidParameterValue'],
    [`{"a":"${'x'.repeat(65_536)}"}`, 'InvalidParameterValue.TooLong'],
  ])('%.60s are refused with %s', (text, reason) => {
    for (const field of ['Parameters', 'DefaultParameters'] as const) {
      expect(refusalOf(() => parseParameters(field, text))).toMatchObject({ reason, details: { field } });
    }
  });

  it('may be 20 with keys of 64 characters', () => {
    expect(parseParameters('Parameters', many(20)).size).toBe(20);
    expect(parseParameters('Parameters', `{"${'k'.repeat(64)}":"v"}`).size).toBe(1);
  });

  it('keep structure characters and escapes inside values apart from keys', () => {
    const text = '{"a":"{\\"b\\":\\"c\\"}","b":"]:[\\\\"}';
    expect([...parseParameters('Parameters', text)]).toEqual([
      ['a', '{"b":"c"}'],
      ['b', ']:[\\'],
    ]);
  });

  it('name both keys that would be one environment variable', () => {
    expect(refusalOf(() => parseParameters('Parameters', '{"log-level":"1","LOG_LEVEL":"2"}')).message).toBe(
      'Parameters keys must differ as environment variables, `log-level` and `LOG_LEVEL` are both MUSTER_PARAM_LOG_LEVEL',
    );
  });

  it('repeat any key: refused, wherever it stands', () => {
    fc.assert(
      fc.property(parameters, fc.nat(), (given, at) => {
        fc.pre(given.size > 0);
        const members = [...given].map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
        const text = `{${[...members, members[at % members.length]].join(',')}}`;
        expect(refusalOf(() => parseParameters('Parameters', text)).reason).toBe(
          'InvalidParameterValue.ParameterKeyDuplicated',
        );
      }),
    );
  });

  it('agree with JSON.parse on what is a flat object of strings', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 2 }), (text) => {
        const parsed: unknown = JSON.parse(text);
        const flat = parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed);
        try {
          expect(Object.fromEntries(parseParameters('Parameters', text))).toEqual(parsed);
        } catch (no) {
          if (!flat) expect(no).toMatchObject({ reason: 'InvalidParameterValue.ParameterInvalidJsonFormat' });
          expect(no).toMatchObject({ name: 'Refusal' });
        }
      }),
    );
  });
});

describe('DefaultParameterConfs', () => {
  it('are parameters with a description', () => {
    expect([...parametersFromConfs([conf('b', '1'), conf('a', '2')])]).toEqual([
      ['b', '1'],
      ['a', '2'],
    ]);
  });

  it.each([
    [[conf('a'), conf('a')], 'InvalidParameter.ParameterNameDuplicated'],
    [[conf('a'), conf('A')], 'InvalidParameterValue.ParameterKeyDuplicated'],
    [[conf('')], 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
    [[conf('k'.repeat(65))], 'InvalidParameterValue.ParameterKeyLenExceeded'],
    [Array.from({ length: 21 }, (_, i) => conf(`k${i}`)), 'InvalidParameterValue.ParameterNumberExceeded'],
    [[conf('a', '\0')], 'InvalidParameterValue'],
  ])('%.60j are refused with %s', (confs, reason) => {
    expect(refusalOf(() => parametersFromConfs(confs))).toMatchObject({
      reason,
      details: { field: 'DefaultParameterConfs' },
    });
  });
});

describe('defaults', () => {
  const none = { defaultParameters: undefined, defaultParameterConfs: [] };

  it('may be absent with and without EnableParameter', () => {
    for (const enableParameter of [true, false]) expect(checkDefaults({ enableParameter, ...none }).size).toBe(0);
  });

  it('come in one of two forms', () => {
    const fromText = checkDefaults({ ...none, enableParameter: true, defaultParameters: '{"a":"1"}' });
    const fromConfs = checkDefaults({ ...none, enableParameter: true, defaultParameterConfs: [conf('a', '1')] });
    expect(fromText).toEqual(fromConfs);
  });

  it('do not come in both', () => {
    const both = { enableParameter: true, defaultParameters: '{"a":"1"}', defaultParameterConfs: [conf('a')] };
    expect(refusalOf(() => checkDefaults(both)).reason).toBe('InvalidParameter.ConflictParameter');
  });

  it('need EnableParameter', () => {
    const reason = 'InvalidParameterValue.SupportParametersOnlyIfEnableParameter';
    expect(refusalOf(() => checkDefaults({ ...none, enableParameter: false, defaultParameters: '{}' }))).toMatchObject({
      reason,
      details: { field: 'DefaultParameters' },
    });
    expect(
      refusalOf(() => checkDefaults({ ...none, enableParameter: false, defaultParameterConfs: [conf('a')] })),
    ).toMatchObject({ reason, details: { field: 'DefaultParameterConfs' } });
  });
});

describe('the parameters in force', () => {
  it('are the given ones over the defaults, key by key', () => {
    fc.assert(
      fc.property(parameters, fc.nat(20), (all, at) => {
        const entries = [...all];
        const defaults = new Map(entries.slice(0, at + 1).map(([name]) => [name, 'default']));
        const given = new Map(entries.slice(at));
        const inForce = overlayParameters(defaults, given);
        for (const [name] of entries) {
          expect(inForce.get(name)).toBe(given.has(name) ? given.get(name) : 'default');
        }
        expect(inForce.size).toBe(entries.length);
      }),
    );
  });

  it('never merge a given key and a default into one environment variable', () => {
    expect(refusalOf(() => overlayParameters(new Map([['a-b', '']]), new Map([['a_b', '']])))).toMatchObject({
      reason: 'InvalidParameterValue.ParameterKeyDuplicated',
      message: 'Parameters keys must differ as environment variables, `a-b` and `a_b` are both MUSTER_PARAM_A_B',
    });
  });

  it('are variables named after the keys, one each', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        const environment = parameterEnvironment(given);
        expect(environment.size).toBe(given.size);
        for (const name of environment.keys()) expect(name).toMatch(/^MUSTER_PARAM_[A-Z0-9_]+$/);
      }),
    );
    expect([...parameterEnvironment(new Map([['log-level_2', 'x']]))]).toEqual([['MUSTER_PARAM_LOG_LEVEL_2', 'x']]);
  });
});
