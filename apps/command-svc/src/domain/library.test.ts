import { describe, expect, it } from 'vitest';
import { firstVersion } from './command.ts';
import { checkCommandIds, isRepetition, requireFound, requireFreeName, requireRoom } from './library.ts';

const command = firstVersion(
  {
    commandName: 'a',
    description: '',
    content: 'true',
    commandType: 'SHELL',
    workingDirectory: '/root',
    timeout: 60,
    enableParameter: false,
    defaultParameters: '',
    defaultParameterConfs: [],
    username: 'root',
    outputCosBucketUrl: '',
    outputCosKeyPrefix: '',
    formattedDescription: '',
  },
  { accountUin: '1', commandId: 'cmd-00000000', tags: [{ key: 'k', value: 'v' }], uin: '1', now: 1 },
);

describe('the library', () => {
  it('has room below the quota only', () => {
    requireRoom(499, 500);
    expect(() => requireRoom(500, 500)).toThrow('the account may have at most 500 commands and has 500');
    expect(() => requireRoom(501, 500)).toThrow(/501/);
  });

  it('gives a name once', () => {
    requireFreeName('a', false);
    expect(() => requireFreeName('a', true)).toThrow(/`a` is taken/);
  });

  it('takes 1 to 100 ids, each once', () => {
    const ids = Array.from({ length: 101 }, (_, index) => `cmd-${String(index).padStart(8, '0')}`);
    expect(checkCommandIds([...ids.slice(0, 99), ids[0]!])).toEqual(ids.slice(0, 99));
    expect(() => checkCommandIds([])).toThrow('CommandIds is required, was not given');
    expect(() => checkCommandIds(ids)).toThrow('CommandIds must be at most 100, was 101');
    expect(() => checkCommandIds(['x'])).toThrow(/CommandIds/);
  });

  it('knows what is there and what is not', () => {
    expect(requireFound(command, command.commandId)).toBe(command);
    expect(() => requireFound(undefined, 'cmd-11111111')).toThrow('no command `cmd-11111111`');
  });

  it('tells a repetition from a different command under the same id', () => {
    expect(isRepetition(command, undefined)).toBe(false);
    expect(isRepetition({ ...command, createdAt: 9, updatedAt: 9 }, command)).toBe(true);
    expect(isRepetition(command, { ...command, tags: [{ key: 'set', value: 'since' }] })).toBe(true);
    expect(() => isRepetition({ ...command, timeout: 1 }, command)).toThrow(/another command/);
  });
});
