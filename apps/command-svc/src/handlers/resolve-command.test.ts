import { ACCOUNT_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, script, startFixture, textOf } from '../../tests/fixture.ts';

let fixture: Fixture;
let commandId: string;
beforeAll(async () => {
  fixture = await startFixture();
  ({ commandId } = await fixture.as('root').createCommand({ ...restart, content: script('v1') }));
  await fixture.as('root').modifyCommand({ commandId, content: script('v2'), commandName: 'renamed' });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const resolve = (version: number, accountUin = ACCOUNT_UIN) =>
  fixture.internal.resolveCommand({ accountUin, commandId, version });

describe('ResolveCommand', () => {
  it.each([
    [0, 2, 'v2', 'renamed'],
    [2, 2, 'v2', 'renamed'],
    [1, 1, 'v1', 'restart'],
  ])('answers version %i with %i', async (asked, version, content, commandName) => {
    const { command } = await resolve(asked);
    expect(command).toMatchObject({ commandId, version, commandName, enableParameter: true });
    expect(textOf(command?.content)).toBe(content);
  });

  it('knows no version that was never saved, and no account but the one asked for', async () => {
    for (const none of [resolve(3), resolve(0, '100000000002')]) {
      expect((await refusalOf(none)).reason).toBe('ResourceNotFound.CommandNotFound');
    }
    expect((await refusalOf(fixture.internal.resolveCommand({ accountUin: ACCOUNT_UIN, commandId: 'x' }))).reason).toBe(
      'InvalidParameterValue.InvalidCommandId',
    );
  });

  it('is decided as an action of services', async () => {
    fixture.iam.decide = (action, resource) => !(action === 'muster:ResolveCommand' && resource === '*');
    expect((await refusalOf(resolve(0))).kind).toBe('denied');
    fixture.iam.decide = () => true;
  });
});
