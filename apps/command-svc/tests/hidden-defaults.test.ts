import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT_UIN, tempDirectory } from '@muster/testkit';
import { newKey } from '@muster/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, script, startFixture, textOf } from './fixture.ts';

const login = {
  commandName: 'login',
  content: script('login {{user}} {{tat-hidden:password}}'),
  enableParameter: true,
  defaultParameters: '{"user":"root","password":"c4nary-1"}',
};
const shown = '{"user":"root","password":"******"}';

let folder: ReturnType<typeof tempDirectory>;
let service: Fixture;
beforeEach(async () => {
  folder = tempDirectory('muster-command-');
  service = await startFixture({ dataDir: folder.path });
});
afterEach(async () => {
  await service[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const described = async (commandId: string) =>
  (await service.as('root').describeCommands({ commandIds: [commandId] })).commandSet[0]!;
const resolved = async (commandId: string, version = 0) =>
  (await service.internal.resolveCommand({ accountUin: ACCOUNT_UIN, commandId, version })).command!;

it('T26: a store is refused with another master key, and gets no new one for a key that is gone', async () => {
  await service[Symbol.asyncDispose]();
  const another = join(folder.path, 'another.key');
  writeFileSync(another, newKey(), { mode: 0o600 });
  const start = (masterKeyFile: string) => startFixture({ dataDir: folder.path, masterKeyFile });
  await expect(start(another)).rejects.toThrow('is not the one that the store was made with');
  await expect(start(join(folder.path, 'gone.key'))).rejects.toThrow('cannot be read');
  service = await startFixture({ dataDir: folder.path });
});

describe('a hidden default', () => {
  it('T26: is masked in every answer, real for those who run it, and nowhere in the store or in events', async () => {
    const root = service.as('root');
    const { commandId } = await root.createCommand({ ...login, clientToken: 'once' });
    await root.modifyCommand({ commandId, timeout: 5 });
    expect(await described(commandId)).toMatchObject({ defaultParameters: shown, version: 2 });
    const { commandSet } = await root.describeCommandVersions({ commandId });
    expect(commandSet.map(({ defaultParameters }) => defaultParameters)).toEqual([shown, shown]);
    const preview = await root.previewReplacedCommandContent({ commandId });
    expect(textOf(preview.replacedContent)).toBe('login root ******');
    expect(await resolved(commandId)).toMatchObject({ defaultParameters: login.defaultParameters });
    expect(await resolved(commandId, 1)).toMatchObject({ defaultParameters: login.defaultParameters });
    for (const file of readdirSync(folder.path).filter((name) => name.startsWith('command.db'))) {
      expect(readFileSync(join(folder.path, file)).includes('c4nary')).toBe(false);
    }
    expect(service.published.some(({ payload }) => Buffer.from(payload).includes('c4nary'))).toBe(false);
  });

  it('is masked in its explained form, too', async () => {
    const password = { parameterName: 'password', parameterValue: 'c4nary-1', parameterDescription: 'yours' };
    const { defaultParameters: _, ...others } = login;
    const { commandId } = await service.as('root').createCommand({ ...others, defaultParameterConfs: [password] });
    expect(await described(commandId)).toMatchObject({
      defaultParameters: '{"password":"******"}',
      defaultParameterConfs: [{ ...password, parameterValue: '******' }],
    });
    expect(await resolved(commandId)).toMatchObject({ defaultParameterConfs: [password] });
    const sentBack = [{ ...password, parameterValue: '******', parameterDescription: 'mine' }];
    await service.as('root').modifyCommand({ commandId, defaultParameterConfs: sentBack });
    expect(await resolved(commandId)).toMatchObject({
      defaultParameters: '{"password":"c4nary-1"}',
      defaultParameterConfs: [{ ...password, parameterDescription: 'mine' }],
    });
  });

  it('stays when it is sent back as it is shown, and changes when another is given', async () => {
    const { commandId } = await service.as('root').createCommand(login);
    await service.as('root').modifyCommand({ commandId, defaultParameters: shown });
    expect((await described(commandId)).version).toBe(1);
    await service.as('root').modifyCommand({ commandId, defaultParameters: shown.replace('root', 'me') });
    expect((await resolved(commandId)).defaultParameters).toBe('{"user":"me","password":"c4nary-1"}');
    await service.as('root').modifyCommand({ commandId, defaultParameters: '{"password":"new"}' });
    expect((await resolved(commandId)).defaultParameters).toBe('{"password":"new"}');
    await service.as('root').restoreCommandVersion({ commandId, version: 1 });
    expect((await resolved(commandId)).defaultParameters).toBe(login.defaultParameters);
  });

  it.each([
    ['a new script shows it', { content: script('login {{user}} {{password}}') }],
    ['a new script shows it and it is sent back', { content: script('{{password}}'), defaultParameters: shown }],
    [
      'it is `******` and nothing is stored',
      { content: script('{{tat-hidden:user}}'), defaultParameters: '{"user":"******"}' },
    ],
  ])('has to be given anew when %s', async (_, change) => {
    const { commandId } = await service.as('root').createCommand(login);
    expect(await refusalOf(service.as('root').modifyCommand({ commandId, ...change }))).toMatchObject({
      reason: 'InvalidParameterValue',
      message: expect.stringContaining('a value: ****** stands for a stored one'),
    });
    expect((await described(commandId)).version).toBe(1);
  });

  it('may be shown by a new script once it is left out, or given by who knows it', async () => {
    const { commandId } = await service.as('root').createCommand(login);
    const content = script('{{password}}');
    await service.as('root').modifyCommand({ commandId, content, defaultParameters: '{"password":"known"}' });
    expect((await described(commandId)).defaultParameters).toBe('{"password":"known"}');
    const versions = await service.as('root').describeCommandVersions({ commandId });
    expect(versions.commandSet.at(-1)?.defaultParameters).toBe(shown);
  });

  it('cannot be what answers show instead of it', async () => {
    const refusal = await refusalOf(service.as('root').createCommand({ ...login, defaultParameters: shown }));
    expect(refusal).toMatchObject({ reason: 'InvalidParameterValue', details: { field: 'DefaultParameters' } });
  });
});
