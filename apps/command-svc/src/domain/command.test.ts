import { describe, expect, it } from 'vitest';
import {
  changeCommand,
  draftCommand,
  firstVersion,
  type GivenChange,
  type GivenCommand,
  nextVersion,
  sameBody,
  templateOf,
} from './command.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const given: GivenCommand = {
  commandName: 'greet',
  content: bytes('echo {{who}}'),
  description: '',
  commandType: undefined,
  workingDirectory: '',
  timeout: undefined,
  enableParameter: true,
  defaultParameters: '{ "who" : "you" }',
  defaultParameterConfs: [],
  username: '',
  outputCosBucketUrl: '',
  outputCosKeyPrefix: '',
};
const unchanged = { defaultParameterConfs: [] };

describe('a new command', () => {
  it('has every field filled in', () => {
    expect(draftCommand(given)).toEqual({
      commandName: 'greet',
      content: 'echo {{who}}',
      description: '',
      commandType: 'SHELL',
      workingDirectory: '/root',
      timeout: 60,
      enableParameter: true,
      defaultParameters: '{"who":"you"}',
      defaultParameterConfs: [],
      username: 'root',
      outputCosBucketUrl: '',
      outputCosKeyPrefix: '',
      formattedDescription: '',
    });
  });

  it('needs a name and a script', () => {
    expect(() => draftCommand({ ...given, commandName: '' })).toThrow('CommandName is required, was not given');
    expect(() => draftCommand({ ...given, content: bytes('') })).toThrow('Content is required, was not given');
  });

  it('says what a run of it executes', () => {
    expect(templateOf(draftCommand(given))).toEqual({
      content: 'echo {{who}}',
      enableParameter: true,
      defaults: new Map([['who', 'you']]),
    });
  });
});

describe('a change', () => {
  const current = firstVersion(draftCommand(given), {
    accountUin: '1',
    commandId: 'cmd-00000000',
    tags: [],
    uin: '1',
    now: 1,
  });

  it('of nothing is the version that there is', () => {
    const same = (change: GivenChange) => sameBody(current, changeCommand(current, change));
    expect(same(unchanged)).toBe(true);
    expect(same({ ...unchanged, commandType: 'SHELL', timeout: 60, username: '' })).toBe(true);
    expect(same({ ...unchanged, defaultParameters: '{"who":"you"}' })).toBe(true);
    expect(same({ ...unchanged, outputCosKeyPrefix: 'new' })).toBe(false);
  });

  it('touches only what was given', () => {
    const changed = changeCommand(current, { ...unchanged, timeout: 5 });
    expect(changed).toMatchObject({ ...draftCommand(given), timeout: 5 });
    expect(nextVersion(current, changed, { uin: '2', now: 9 })).toEqual({
      ...current,
      timeout: 5,
      version: 2,
      updatedAt: 9,
      updatedUin: '2',
    });
  });

  it('replaces defaults as a whole, from one form to the other and to none', () => {
    const confs = [{ name: 'whom', value: 'me', description: 'd' }];
    const described = changeCommand(current, { defaultParameterConfs: confs });
    expect(described).toMatchObject({ defaultParameters: '{"whom":"me"}', defaultParameterConfs: confs });
    const plain = changeCommand(described, { ...unchanged, defaultParameters: '{"a":"b"}' });
    expect(plain).toMatchObject({ defaultParameters: '{"a":"b"}', defaultParameterConfs: [] });
    expect(changeCommand(plain, { ...unchanged, defaultParameters: '' })).toMatchObject({ defaultParameters: '' });
  });

  it('must leave a directory that suits the type', () => {
    expect(() => changeCommand(current, { ...unchanged, commandType: 'BAT' })).toThrow(/WorkingDirectory/);
    expect(
      changeCommand(current, { ...unchanged, commandType: 'BAT', workingDirectory: '', username: '' }),
    ).toMatchObject({ workingDirectory: 'C:\\Program Files\\qcloud\\tat_agent\\workdir', username: 'System' });
  });

  it('checks every field it brings', () => {
    expect(() => changeCommand(current, { ...unchanged, commandName: ' ' })).toThrow(/CommandName/);
    expect(() => changeCommand(current, { ...unchanged, content: bytes('') })).toThrow(/Content/);
    expect(() => changeCommand(current, { ...unchanged, description: 'x'.repeat(121) })).toThrow(/Description/);
  });
});
