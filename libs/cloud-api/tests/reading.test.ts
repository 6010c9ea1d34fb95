import { CommandType, CreateRegisterCodeRequestSchema, ListAuditRecordsRequestSchema } from '@muster/contract';
import { describe, expect, it } from 'vitest';
import { parseBody, toMessage } from '../src/index.ts';
import { ACTIONS } from './messages.test-support.ts';
import { JSON_RULES, pageOf, refusalOf, runOf, tasksOf } from './requests.test-support.ts';

describe('what is missing, and what there is not', () => {
  it.each([
    ['{}', 'MissingParameter: Content is required, was not given'],
    ['{"Content":null}', 'MissingParameter: Content is required, was not given'],
    ['{"Content":"","Tags":[{"Key":"a"}]}', 'MissingParameter: Tags.0.Value is required, was not given'],
    [
      '{"Tags":[{"Key":"a","Value":"b","Color":"c"}]}',
      'UnknownParameter: `Tags.0.Color` is no parameter; there are Key, Value',
    ],
  ])('%s: %s', (body, text) => {
    expect(refusalOf(() => runOf(body))).toBe(text);
  });

  it.each(['content', 'CONTENT', '__proto__', 'constructor', 'toString', 'RequestId'])('%s is no parameter', (name) => {
    expect(refusalOf(() => runOf(`{"Content":"","${name}":{"a":1}}`))).toMatch(`UnknownParameter: \`${name}\` is no`);
    expect(refusalOf(() => tasksOf(`${name}.a=1`))).toMatch(`UnknownParameter: \`${name}\` is no`);
    expect(Object.prototype).not.toHaveProperty('a');
  });

  it('an action without parameters says so', () => {
    const { input } = ACTIONS.tat.get('DescribeRegions')!.method;
    expect(refusalOf(() => toMessage(input, parseBody('{"Limit":1}'), JSON_RULES))).toBe(
      'UnknownParameter: `Limit` is no parameter; there are none',
    );
  });

  it('null is as absent', () => {
    expect(pageOf('{"Limit":null,"CommandIds":null}')).toEqual(pageOf('{}'));
  });

  it('of a name that comes twice the last value counts', () => {
    expect(pageOf('{"Limit":1,"Limit":2}').limit).toBe(2);
  });
});

describe('values of a wrong type', () => {
  it.each([
    ['{"Limit":"5"}', 'Limit must be a whole number, was `5`'],
    ['{"Limit":1.0}', 'Limit must be a whole number, was 1.0'],
    ['{"Limit":1e3}', 'Limit must be a whole number, was 1e3'],
    ['{"Limit":true}', 'Limit must be a whole number, was true'],
    ['{"Limit":[1]}', 'Limit must be a whole number, was a list'],
    ['{"CommandIds":"cmd-1"}', 'CommandIds must be a list, was `cmd-1`'],
    ['{"CommandIds":{"0":"cmd-1"}}', 'CommandIds must be a list, was an object'],
    ['{"CommandIds":["a",null]}', 'CommandIds.1 must be text, was null'],
    ['{"CommandIds":[["a"]]}', 'CommandIds.0 must be text, was a list'],
    ['{"Filters":["a"]}', 'Filters.0 must be an object, was `a`'],
    ['{"Filters":[{"Name":5,"Values":[]}]}', 'Filters.0.Name must be text, was 5'],
  ])('%s: %s', (body, text) => {
    expect(refusalOf(() => pageOf(body))).toBe(`InvalidParameter: ${text}`);
  });

  it.each(['"true"', '1', '0', '"1"'])('%s is no boolean in JSON', (value) => {
    expect(refusalOf(() => runOf(`{"Content":"","SaveCommand":${value}}`))).toMatch(
      'InvalidParameter: SaveCommand must be true or false, was',
    );
  });

  it.each(['5', '{}', 'true'])('%s is no text of an enum or of bytes', (value) => {
    expect(refusalOf(() => runOf(`{"Content":${value}}`))).toMatch('InvalidParameter: Content must be text');
    expect(refusalOf(() => runOf(`{"CommandType":${value}}`))).toMatch('InvalidParameter: CommandType must be text');
  });
});

describe('values of the right type that cannot be', () => {
  it.each([
    ['{"Content":"echo!"}', 'InvalidParameterValue.CommandContentInvalid: Content must be Base64, was `echo!`'],
    ['{"Content":"QQ"}', 'InvalidParameterValue.CommandContentInvalid: Content must be Base64, was `QQ`'],
    ['{"Content":"QQ==QQ=="}', 'InvalidParameterValue.CommandContentInvalid: Content must be Base64, was `QQ==QQ==`'],
    ['{"Content":"_-=="}', 'InvalidParameterValue.CommandContentInvalid: Content must be Base64, was `_-==`'],
    [
      '{"CommandType":"PERL"}',
      'InvalidParameterValue: CommandType must be one of SHELL, POWERSHELL, BAT, PYTHON, was `PERL`',
    ],
    [
      '{"CommandType":"shell"}',
      'InvalidParameterValue: CommandType must be one of SHELL, POWERSHELL, BAT, PYTHON, was `shell`',
    ],
    ['{"Timeout":-1}', 'InvalidParameterValue.Range: Timeout must be at least 0, was -1'],
    ['{"Timeout":4294967296}', 'InvalidParameterValue.Range: Timeout must be at most 4294967295, was 4294967296'],
    ['{"Description":"\\ud800"}', 'InvalidParameterValue: Description must be Unicode text, was `\ufffd`'],
  ])('%s', (body, text) => {
    expect(refusalOf(() => runOf(body))).toBe(text);
  });

  it('numbers say whether they are too small or too large', () => {
    const codeOf = (body: string) =>
      refusalOf(() => toMessage(CreateRegisterCodeRequestSchema, parseBody(body), JSON_RULES));
    expect(codeOf('{"RegisterLimit":-1}')).toMatch('InvalidParameterValue.TooSmall: RegisterLimit');
    expect(codeOf('{"RegisterLimit":99999999999}')).toMatch('InvalidParameterValue.TooLarge: RegisterLimit');
    expect(codeOf(`{"RegisterLimit":1${'0'.repeat(1_000_000)}}`)).toMatch('InvalidParameterValue.TooLarge');
  });
});

describe('values that can be', () => {
  it('Base64 may be broken into lines, as tools write it', () => {
    expect(Buffer.from(runOf('{"Content":"ZWNo\\r\\nbyAx\\n"}').content).toString()).toBe('echo 1');
    expect(runOf('{"Content":"YQ=="}').content).toEqual(Uint8Array.of(97));
  });

  it('minus zero is zero', () => {
    expect(pageOf('{"Offset":-0}').offset).toBe(0);
  });

  it('an empty text of an enum is as none', () => {
    expect(runOf('{"Content":"","CommandType":""}').commandType).toBe(CommandType.UNSPECIFIED);
  });

  it('empty lists stay empty', () => {
    expect(pageOf('{"CommandIds":[],"Filters":[]}')).toEqual(pageOf('{}'));
  });

  it.each(['2026-01-02T03:04:05Z', '2026-01-02 03:04:05', '2026-01-02T11:04:05+08:00'])('%s is a time', (time) => {
    const { startTime } = toMessage(ListAuditRecordsRequestSchema, { StartTime: time }, JSON_RULES);
    expect(startTime?.seconds).toBe(1_767_323_045n);
  });

  it.each(['yesterday', '2026-01-02', '2026-13-02T00:00:00Z', ''])('`%s` is none', (time) => {
    expect(refusalOf(() => toMessage(ListAuditRecordsRequestSchema, { StartTime: time }, JSON_RULES))).toBe(
      `InvalidParameterValue: StartTime must be a time such as 2006-01-02T15:04:05Z, was \`${time}\``,
    );
  });
});

describe('a query, whose values are all text', () => {
  it('is read by the types of the parameters', () => {
    const { filters, limit, hideOutput } = tasksOf(
      'Limit=60&HideOutput=false&Filters.0.Name=it%27s&Filters.0.Values.0=1&Filters.0.Values.1=%E4%B8%AD&Filters.1.Name=b&Filters.1.Values.0=true',
    );
    expect({ limit, hideOutput }).toEqual({ limit: 60, hideOutput: false });
    expect(filters).toMatchObject([
      { name: "it's", values: ['1', '中'] },
      { name: 'b', values: ['true'] },
    ]);
  });

  it.each(['true', 'True', 'TRUE'])('%s is true, as other languages write it', (value) => {
    expect(tasksOf(`HideOutput=${value}`).hideOutput).toBe(true);
  });

  it.each([
    ['Limit=', 'Limit must be a whole number, was ``'],
    ['Limit=07', 'Limit must be a whole number, was `07`'],
    ['HideOutput=yes', 'HideOutput must be true or false, was `yes`'],
    ['Filters=a', 'Filters must be a list, was `a`'],
    ['Filters.0=a', 'Filters.0 must be an object, was `a`'],
  ])('%s: %s', (query, text) => {
    expect(refusalOf(() => tasksOf(query))).toBe(`InvalidParameter: ${text}`);
  });
});
