import { Refusal } from '@muster/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMMAND_TYPES,
  type CommandType,
  checkCommandId,
  checkCommandName,
  checkCommandType,
  checkContent,
  checkDescription,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
  requireText,
} from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('CommandName', () => {
  it.each(['a', '0', 'restart-nginx_1.0', '重启服务', '重启-nginx', 'x'.repeat(60), '中'.repeat(20)])(
    'accepts %j',
    (name) => {
      expect(checkCommandName(name)).toBe(name);
    },
  );

  it.each([
    ['x'.repeat(61), 'InvalidParameterValue.TooLong'],
    [`${'中'.repeat(20)}x`, 'InvalidParameterValue.TooLong'],
    ['', 'InvalidParameterValue.InvalidCommandName'],
    ['two words', 'InvalidParameterValue.InvalidCommandName'],
    ['a/b', 'InvalidParameterValue.InvalidCommandName'],
    ['a\n', 'InvalidParameterValue.InvalidCommandName'],
    ['naïve', 'InvalidParameterValue.InvalidCommandName'],
    ['かな', 'InvalidParameterValue.InvalidCommandName'],
    ['😀', 'InvalidParameterValue.InvalidCommandName'],
  ])('refuses %j with %s', (name, reason) => {
    expect(refusalOf(() => checkCommandName(name))).toMatchObject({ reason, details: { field: 'CommandName' } });
  });

  it('counts bytes, not characters', () => {
    expect(refusalOf(() => checkCommandName('中'.repeat(21))).message).toBe(
      `CommandName must be at most 60 bytes, was 63 bytes: \`${'中'.repeat(21)}\``,
    );
  });
});

describe('Content', () => {
  it('accepts exactly 65,536 characters of Base64 and refuses one byte more', () => {
    expect(checkContent(new Uint8Array(49_152).fill(97))).toHaveLength(49_152);
    expect(refusalOf(() => checkContent(new Uint8Array(49_153).fill(97)))).toMatchObject({
      reason: 'InvalidParameterValue.CommandContentInvalid',
      message: 'Content must be at most 65536 characters of Base64, was 65540 (49153 bytes)',
    });
  });

  it.each([[[]], [[0xff, 0xfe]], [[0xc0, 0xaf]], [[0xed, 0xa0, 0x80]]])('refuses the bytes %j', (given) => {
    expect(refusalOf(() => checkContent(Uint8Array.from(given))).reason).toBe(
      'InvalidParameterValue.CommandContentInvalid',
    );
  });

  it('changes no byte of any UTF-8 text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        for (const script of [text, `\uFEFF${text}`]) expect(checkContent(bytes(script))).toBe(script);
      }),
    );
  });
});

describe('Description', () => {
  it('counts characters, not bytes or UTF-16 units', () => {
    for (const text of ['', 'x'.repeat(120), '中'.repeat(120), '😀'.repeat(120)])
      expect(checkDescription(text)).toBe(text);
    expect(refusalOf(() => checkDescription('😀'.repeat(121)))).toMatchObject({
      reason: 'InvalidParameterValue.TooLong',
      message: 'Description must be at most 120 characters, was 121',
    });
  });
});

describe('CommandType', () => {
  it('is SHELL when not given', () => {
    expect(checkCommandType(undefined)).toBe('SHELL');
    expect(checkCommandType('')).toBe('SHELL');
  });

  it.each(COMMAND_TYPES)('accepts %s', (type) => {
    expect(checkCommandType(type)).toBe(type);
  });

  it.each(['shell', 'PERL', 'SHELL '])('refuses %j', (given) => {
    expect(refusalOf(() => checkCommandType(given))).toMatchObject({
      reason: 'InvalidParameterValue',
      message: `CommandType must be SHELL, POWERSHELL, BAT, PYTHON, was \`${given}\``,
    });
  });
});

describe('WorkingDirectory', () => {
  const windows = 'C:\\Program Files\\qcloud\\tat_agent\\workdir';

  it.each<[CommandType, string]>([
    ['SHELL', '/root'],
    ['PYTHON', '/root'],
    ['POWERSHELL', windows],
    ['BAT', windows],
  ])('of %s is %s when not given', (type, directory) => {
    expect(checkWorkingDirectory(undefined, type)).toBe(directory);
    expect(checkWorkingDirectory('', type)).toBe(directory);
  });

  it.each<[CommandType, string]>([
    ['SHELL', '/'],
    ['SHELL', '/srv/my app/数据'],
    ['PYTHON', '/tmp'],
    ['POWERSHELL', 'd:/work'],
    ['POWERSHELL', '/opt'],
    ['BAT', 'C:\\'],
    ['SHELL', `/${'x'.repeat(4094)}`],
  ])('of %s may be %.40s', (type, directory) => {
    expect(checkWorkingDirectory(directory, type)).toBe(directory);
  });

  it.each<[CommandType, string]>([
    ['SHELL', 'relative/path'],
    ['SHELL', '~'],
    ['SHELL', 'C:\\'],
    ['PYTHON', 'C:\\work'],
    ['BAT', '/root'],
    ['BAT', 'C:relative'],
    ['POWERSHELL', 'work'],
    ['POWERSHELL', '\\\\host\\share'],
    ['SHELL', '/tmp\n'],
    ['SHELL', '/tmp\0/x'],
    ['SHELL', `/${'x'.repeat(4095)}`],
  ])('of %s may not be %.40j', (type, directory) => {
    expect(refusalOf(() => checkWorkingDirectory(directory, type))).toMatchObject({
      reason: 'InvalidParameterValue.InvalidWorkingDirectory',
      details: { field: 'WorkingDirectory' },
    });
  });
});

describe('Timeout', () => {
  it('is 60 seconds when not given', () => expect(checkTimeout(undefined)).toBe(60));

  it.each([1, 60, 86_400])('may be %d', (given) => expect(checkTimeout(given)).toBe(given));

  it.each([0, -1, 86_401, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('may not be %d', (given) => {
    expect(refusalOf(() => checkTimeout(given))).toMatchObject({
      reason: 'InvalidParameterValue.Range',
      message: `Timeout must be 1 to 86400 seconds, was ${given}`,
    });
  });
});

describe('Username', () => {
  it.each<[CommandType, string]>([
    ['SHELL', 'root'],
    ['PYTHON', 'root'],
    ['POWERSHELL', 'System'],
    ['BAT', 'System'],
  ])('of %s is %s when not given', (type, name) => {
    expect(checkUsername(undefined, type)).toBe(name);
    expect(checkUsername('', type)).toBe(name);
  });

  it.each(['ubuntu', 'DOMAIN\\Jane Doe', '管理员', 'x'.repeat(256)])('may be %.20j', (name) => {
    expect(checkUsername(name, 'SHELL')).toBe(name);
  });

  it.each(['x'.repeat(257), 'a:b', 'a\nb', 'a\0', '\u0085'])('may not be %.20j', (name) => {
    expect(refusalOf(() => checkUsername(name, 'SHELL')).reason).toBe('InvalidParameterValue.InvalidUsername');
    expect(refusalOf(() => checkUsername(name, 'BAT', 'InvalidParameter.InvalidUsername')).reason).toBe(
      'InvalidParameter.InvalidUsername',
    );
  });
});

describe('CommandId', () => {
  it('is a command id', () => expect(checkCommandId('cmd-7efujjs6')).toBe('cmd-7efujjs6'));

  it('is no other text', () => {
    expect(refusalOf(() => checkCommandId('ins-7efujjs6', 'CommandIds'))).toMatchObject({
      reason: 'InvalidParameterValue.InvalidCommandId',
      message: 'CommandIds must be `cmd-` and 8 to 32 characters of a-z0-9, was `ins-7efujjs6`',
    });
  });
});

it('asks for a required field that is absent or empty', () => {
  expect(requireText('CommandName', 'a')).toBe('a');
  for (const given of [undefined, '']) {
    expect(refusalOf(() => requireText('CommandName', given))).toMatchObject({
      reason: 'MissingParameter',
      message: 'CommandName is required, was not given',
    });
  }
});

it('never throws anything but a refusal, and never repeats a long value in full', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), fc.constantFrom(...COMMAND_TYPES), (text, type) => {
      for (const check of [checkCommandName, checkCommandType, checkCommandId]) {
        try {
          check(text);
        } catch (no) {
          expect(no).toBeInstanceOf(Refusal);
          expect((no as Refusal).message.length).toBeLessThan(300);
        }
      }
      try {
        checkWorkingDirectory(text, type);
        checkUsername(text, type);
      } catch (no) {
        expect(no).toBeInstanceOf(Refusal);
        expect((no as Refusal).message.length).toBeLessThan(300);
      }
    }),
  );
});
