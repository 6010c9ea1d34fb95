import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMMAND_TYPES,
  type CommandInFiles,
  commandFromFiles,
  commandToFiles,
  defaultUsername,
  defaultWorkingDirectory,
  parametersToJson,
  publicCommandFromFiles,
  SCRIPT_EXTENSIONS,
} from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const SCRIPT = bytes('echo hello\n');

/** Text that YAML could take for something else, besides any other. */
const anyText = (maxLength: number) =>
  fc.oneof(
    fc.constantFrom(
      'yes',
      'null',
      '~',
      '010',
      '1e3',
      '0x1F',
      '- a',
      'a: b',
      '# no',
      ' x ',
      'a\r\nb',
      '\n',
      '"',
      "'",
      '<<',
      '&a',
      '*a',
      '\uFEFF',
    ),
    fc.string({ unit: 'binary', maxLength }).filter((text) => !text.includes('\0')),
  );
const visibleText = (maxLength: number) =>
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength }).filter((text) => !/^(qcs|project):/.test(text));
const parameterKey = fc.oneof(
  fc.constantFrom('__proto__', '7', '007', 'null', '-', 'on'),
  fc.stringMatching(/^[a-z0-9-]{1,64}$/),
);
const distinct = <T>(item: fc.Arbitrary<T>, keyOf: (item: T) => string, maxLength: number) =>
  fc.uniqueArray(item, { selector: keyOf, maxLength });

const defaults = fc.oneof(
  fc.constant({ enableParameter: false, parameters: [], defaultParameters: '' }),
  fc.record({
    enableParameter: fc.constant(true),
    parameters: distinct(
      fc.record({ name: parameterKey, value: anyText(30), description: anyText(30) }),
      ({ name }) => name.replaceAll('-', '_'),
      20,
    ),
    defaultParameters: fc.constant(''),
  }),
  fc.record({
    enableParameter: fc.constant(true),
    parameters: fc.constant([]),
    defaultParameters: distinct(fc.tuple(parameterKey, anyText(30)), ([key]) => key.replaceAll('-', '_'), 20).map(
      (pairs) => (pairs.length === 0 ? '' : parametersToJson(new Map(pairs))),
    ),
  }),
);

const anyCommand: fc.Arbitrary<CommandInFiles> = fc
  .tuple(
    fc.constantFrom(...COMMAND_TYPES),
    defaults,
    fc.record({
      name: fc.stringMatching(/^[A-Za-z0-9_.\u4e00-\u4eff-]{1,20}$/),
      description: anyText(60).filter((text) => text.length <= 120),
      timeout: fc.integer({ min: 1, max: 86_400 }),
      outputCosBucketUrl: fc.constantFrom('', 'https://logs-1250000000.cos.ap-guangzhou.myqcloud.com'),
      outputCosKeyPrefix: fc.constantFrom('', 'a/b', '每日/null', '#'),
      tags: distinct(fc.record({ key: visibleText(20), value: visibleText(20) }), ({ key }) => key, 50),
      content: fc
        .tuple(
          fc.constantFrom('', '\uFEFF'),
          fc.string({ unit: 'binary', minLength: 1 }),
          fc.constantFrom('', '\n', '\r\n', '\r'),
        )
        .map((parts) => bytes(parts.join(''))),
    }),
    fc.boolean(),
  )
  .map(([type, given, rest, plain]) => ({
    ...rest,
    ...given,
    type,
    workingDirectory: plain ? defaultWorkingDirectory(type) : type === 'BAT' ? 'C:\\my dir: #1' : '/srv/my dir: #1',
    username: plain ? defaultUsername(type) : 'null',
  }));

describe('a command in files', () => {
  it('is the same command again, whatever it says', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        const { yaml, script } = commandToFiles(command);
        expect(commandFromFiles(yaml, script)).toEqual(command);
      }),
    );
  });

  it('stays the same command in a checkout that ends its lines with CRLF', () => {
    const command = commandFromFiles('name: a\ndescription: |-\n  one\n  two\n', SCRIPT);
    const { yaml } = commandToFiles(command);
    expect(commandFromFiles(yaml.replaceAll('\n', '\r\n'), SCRIPT)).toEqual(command);
  });

  it.each(COMMAND_TYPES)('has its script in the file that %s scripts have', (type) => {
    const { scriptExtension } = commandToFiles(commandFromFiles(`name: a\ntype: ${type}`, SCRIPT));
    expect(scriptExtension).toBe(SCRIPT_EXTENSIONS[type]);
  });

  it('leaves out what is the default', () => {
    expect(commandToFiles(commandFromFiles('name: a\ntimeout: 60\nusername: root\n', SCRIPT)).yaml).toBe(
      'name: a\ntype: SHELL\n',
    );
  });

  it('says everything that a command says', () => {
    const yaml = `name: restart
type: PYTHON
description: Restarts a service
workingDirectory: /srv
timeout: 5
username: web
enableParameter: true
parameters:
  - name: service
    default: nginx
    description: which one
  - name: wait
    default: "010"
outputCosBucketUrl: https://logs-1250000000.cos.ap-guangzhou.myqcloud.com
outputCosKeyPrefix: daily
tags:
  team: web
`;
    expect(commandToFiles(commandFromFiles(yaml, SCRIPT)).yaml).toBe(yaml);
  });

  it.each([
    ['a: [', 'the file must be YAML: ', 'InvalidParameterValue'],
    ['name: a\nname: b', 'the file must be YAML: Map keys must be unique', 'InvalidParameterValue'],
    ['name: !x a', 'the file must be YAML: ', 'InvalidParameterValue'],
    ['name: *x', 'the file must be YAML: ', 'InvalidParameterValue'],
    ['', 'the file must be a mapping of keys to values, is empty', 'InvalidParameterValue'],
    ['- a', 'the file must be a mapping of keys to values, is a list', 'InvalidParameterValue'],
    ['type: SHELL', 'name is required, was not given', 'MissingParameter'],
    ['name: 7', 'name must be text (in quotes), is the number 7', 'InvalidParameterValue'],
    ['name: a b', 'name must be 1 to 60 bytes', 'InvalidParameterValue.InvalidCommandName'],
    [`name: ${'x'.repeat(61)}`, 'name must be at most 60 bytes', 'InvalidParameterValue.TooLong'],
    ['name: a\ntype: SH', 'type must be SHELL', 'InvalidParameterValue'],
    ['name: a\ntimeout: "5"', 'timeout must be a number, is the text `5`', 'InvalidParameterValue'],
    ['name: a\ntimeout: 0', 'timeout must be 1 to 86400 seconds', 'InvalidParameterValue.Range'],
    ['name: a\ntimeuot: 5', 'timeuot is no key of this file; there are ', 'InvalidParameterValue'],
    ['name: a\ncommandId: cmd-12345678', 'commandId is no key of this file', 'InvalidParameterValue'],
    [
      'name: a\ndescription: {en: a, zh: b}',
      'description must be text (in quotes), is a mapping',
      'InvalidParameterValue',
    ],
    [`name: a\ndescription: ${'x'.repeat(121)}`, 'description must be at most 120', 'InvalidParameterValue.TooLong'],
    [
      'name: a\nworkingDirectory: srv',
      'workingDirectory must be an absolute path',
      'InvalidParameterValue.InvalidWorkingDirectory',
    ],
    ['name: a\nusername: "a:b"', 'username must not hold', 'InvalidParameterValue.InvalidUsername'],
    ['name: a\nenableParameter: "yes"', 'enableParameter must be true or false', 'InvalidParameterValue'],
    ['name: a\nparameters: {a: b}', 'parameters must be a list, is a mapping', 'InvalidParameterValue'],
    ['name: a\nparameters: [a]', 'parameters[0] must be a mapping', 'InvalidParameterValue'],
    ['name: a\nparameters: [{default: a}]', 'parameters[0].name is required', 'MissingParameter'],
    ['name: a\nparameters: [{name: a}]', 'parameters[0].default is required', 'MissingParameter'],
    ['name: a\nparameters: [{name: a, default: 8080}]', 'parameters[0].default must be text', 'InvalidParameterValue'],
    [
      'name: a\nparameters: [{name: a, default: b, value: c}]',
      'parameters[0].value is no key',
      'InvalidParameterValue',
    ],
    [
      'name: a\nparameters: [{name: a, default: b}]',
      'parameters needs EnableParameter',
      'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
    ],
    [
      'name: a\nenableParameter: true\nparameters: [{name: a, default: b}, {name: a, default: c}]',
      'parameters must name each parameter once',
      'InvalidParameter.ParameterNameDuplicated',
    ],
    [
      'name: a\nenableParameter: true\nparameters: [{name: a, default: b}]\ndefaultParameters: {a: b}',
      'defaultParameters excludes',
      'InvalidParameter.ConflictParameter',
    ],
    [
      'name: a\nenableParameter: true\ndefaultParameters: {a b: c}',
      'defaultParameters keys must be',
      'InvalidParameterValue.ParameterKeyContainsInvalidChar',
    ],
    [
      'name: a\nenableParameter: true\ndefaultParameters: {a: 1}',
      'defaultParameters.a must be text',
      'InvalidParameterValue',
    ],
    [
      'name: a\nenableParameter: true\ndefaultParameters: {7: a}',
      'defaultParameters keys must be text',
      'InvalidParameterValue',
    ],
    [
      'name: a\noutputCosBucketUrl: ftp://a',
      'outputCosBucketUrl must',
      'InvalidParameterValue.InvalidOutputCOSBucketUrl',
    ],
    ['name: a\noutputCosKeyPrefix: /a', 'outputCosKeyPrefix must', 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
    ['name: a\ntags: [a]', 'tags must be a mapping', 'InvalidParameterValue'],
    ['name: a\ntags: {a: ""}', 'tags must be 1 to 255 characters', 'InvalidParameterValue'],
  ])('refuses %j, naming the key', (yaml, message, reason) => {
    const refusal = refusalOf(() => commandFromFiles(yaml, SCRIPT));
    expect(refusal.message).toContain(message);
    expect(refusal.reason).toBe(reason);
  });

  it.each([[new Uint8Array()], [Uint8Array.of(0xff)], [new Uint8Array(49_153).fill(97)]])(
    'refuses a script that no command may have',
    (script) => {
      expect(refusalOf(() => commandFromFiles('name: a', script)).reason).toBe(
        'InvalidParameterValue.CommandContentInvalid',
      );
    },
  );
});

describe('a public command in files', () => {
  const yaml = `commandId: cmd-hostfact
name: host-facts
displayName: {en: Host facts, zh: 主机信息}
description: {en: Shows what the host is, zh: 显示主机信息}
enableParameter: true
parameters:
  - name: depth
    default: "1"
    description: {en: How deep, zh: 深度}
  - name: path
    description: {en: Where, zh: 路径}
`;

  it('has an id and its texts in two languages; a parameter without a default must be given to run it', () => {
    expect(publicCommandFromFiles(yaml, SCRIPT)).toEqual({
      commandId: 'cmd-hostfact',
      name: 'host-facts',
      type: 'SHELL',
      displayName: { en: 'Host facts', zh: '主机信息' },
      description: { en: 'Shows what the host is', zh: '显示主机信息' },
      workingDirectory: '/root',
      timeout: 60,
      username: 'root',
      enableParameter: true,
      parameters: [
        { name: 'depth', default: '1', description: { en: 'How deep', zh: '深度' } },
        { name: 'path', default: undefined, description: { en: 'Where', zh: '路径' } },
      ],
      defaultParameters: '',
      outputCosBucketUrl: '',
      outputCosKeyPrefix: '',
      tags: [],
      content: SCRIPT,
    });
  });

  it.each([
    [/^commandId.*\n/, '', 'commandId is required', 'MissingParameter'],
    ['cmd-hostfact', 'cmd-1', 'commandId must be `cmd-`', 'InvalidParameterValue.InvalidCommandId'],
    [/^displayName.*\n/m, '', 'displayName is required', 'MissingParameter'],
    [/^description.*\n/m, 'description: plain\n', 'description must be a mapping', 'InvalidParameterValue'],
    ['zh: 显示主机信息', '', 'description.zh is required', 'MissingParameter'],
    ['显示主机信息', '显'.repeat(121), 'description.zh must be at most 120', 'InvalidParameterValue.TooLong'],
    ['zh: 路径', 'de: Pfad', 'parameters[1].description.zh is required', 'MissingParameter'],
    [
      'name: path',
      'name: depth',
      'parameters must name each parameter once',
      'InvalidParameter.ParameterNameDuplicated',
    ],
  ])('refuses it with %s changed to %j', (part, change, message, reason) => {
    const refusal = refusalOf(() => publicCommandFromFiles(yaml.replace(part, change), SCRIPT));
    expect(refusal.message).toContain(message);
    expect(refusal.reason).toBe(reason);
  });
});
