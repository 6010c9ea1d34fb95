import { AuthorizationService, Outcome } from '@muster/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const ask = async (credential: string, action = 'tat:RunCommand') =>
  (await fixture.authorization()).authorize({ context: { credential }, action, resources: [{ resource: '*' }] });

describe('what cannot be decided is denied', () => {
  it('when a stored policy cannot be read: it denies all that it is attached to, and nobody else', async () => {
    const [hit, other] = [await fixture.user([allow('tat:*')]), await fixture.user([allow('tat:*')])];
    const policyId = await fixture.policy([allow('cos:*')]);
    await fixture.iam().attachUserPolicy({ policyId, attachUin: hit.uin });
    expect((await ask(hit.token)).allowed).toBe(true);

    const damage = { document: '{"version":"2.0","statement":[{"effect":"deny"}]}' };
    await fixture.inStore((db) =>
      db.updateTable('policy_version').set(damage).where('policy_id', '=', Number(policyId)).execute(),
    );
    await fixture.restart();
    expect(await ask(hit.token)).toMatchObject({
      allowed: false,
      decisions: [{ outcome: Outcome.EXPLICIT_DENY, policyId, policyVersion: 1 }],
    });
    expect(await ask(hit.token, 'tat:DescribeCommands')).toMatchObject({ allowed: false });
    expect((await ask(other.token)).allowed).toBe(true);
    expect((await ask(fixture.root.token)).allowed).toBe(true);
    // and it can be mended
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('cos:*')] });
    await fixture.iam().updatePolicy({ policyId, policyDocument });
    expect((await ask(hit.token)).allowed).toBe(true);
  });

  it('when the store fails: an error that says nothing, and no answer', async () => {
    const { token } = await fixture.user([allow('tat:*')]);
    await fixture.inStore((db) => db.schema.alterTable('attachment').renameTo('attachment_away').execute());
    await expect(ask(token)).rejects.toThrow(/internal error/);
    await expect(ask(fixture.root.token)).rejects.toThrow(/internal error/);
    const failed = await ask(token).catch((error: Error) => error.message);
    expect(failed).not.toMatch(/attachment|SQL|no such table/i);
  });

  it('when a token was made by a service with another key', async () => {
    await using stranger = await startFixture();
    expect(await refusalOf(ask(stranger.root.token))).toMatchObject({ reason: 'AuthFailure.TokenFailure' });
    const foreign = fixture.client(AuthorizationService, await stranger.serviceToken('command-svc'));
    expect(await refusalOf(foreign.authorize({ action: 'tat:X', resources: [{ resource: '*' }] }))).toMatchObject({
      kind: 'unauthenticated',
    });
  });
});
