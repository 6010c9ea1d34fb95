import { ACCOUNT_UIN, decideByPolicies, USER_UIN } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, LIVE, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';
import { redeemTicket } from '../store/ticket-store.ts';

let fixture: Fixture;
let sessionId: string;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, { tags: { env: 'dev' } });
  sessionId = await opened(fixture);
});
afterEach(() => fixture[Symbol.asyncDispose]());

const resume = (credential = 'user') => fixture.as(credential).resumeSession({ sessionId });
async function modeOf(ticket: string | undefined) {
  const bearer = { accountUin: ACCOUNT_UIN, principal: `user:${USER_UIN}` };
  const now = fixture.clock.ms;
  return fixture.db.transaction().execute((trx) => redeemTicket(trx, ticket ?? '', { bearer, now }));
}

describe('ResumeSession', () => {
  it('gives another ticket for a session of one’s own, connected or not', async () => {
    await fixture.happen(sessionId, ...LIVE);
    expect(await modeOf((await resume()).ticket?.ticket)).toMatchObject({ sessionId, mode: 'resume' });
    await fixture.happen(sessionId, { event: 'detach' }, { event: 'fall silent' });
    expect(await modeOf((await resume()).ticket?.ticket)).toMatchObject({ sessionId, mode: 'resume' });
  });

  it('gives another chance to who never opened it', async () => {
    expect(await modeOf((await resume()).ticket?.ticket)).toMatchObject({ mode: 'open' });
  });

  it('knows nobody else’s session', async () => {
    for (const [credential, named] of [
      ['root', sessionId],
      ['root@100000000002', sessionId],
      ['user', 'ses-unknown0'],
    ] as const) {
      expect(await refusalOf(fixture.as(credential).resumeSession({ sessionId: named }))).toMatchObject({
        kind: 'not_found',
        reason: 'ResourceNotFound.SessionNotFound',
      });
    }
  });

  it('is decided anew, as things are now', async () => {
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:StartSession',
      condition: { 'for_any_value:string_equal': { 'qcs:resource_tag': 'env&dev' } },
    });
    await resume();
    fixture.machines.known.set(MACHINE, { tags: { env: 'prod' } });
    expect((await refusalOf(resume())).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    fixture.machines.known.delete(MACHINE);
    expect((await refusalOf(resume())).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });

  it('goes on with a forwarded connection as it was decided', async () => {
    const { ticket } = await fixture.as('user').forwardPort({ instanceId: MACHINE, port: 5432 });
    fixture.iam.questions.length = 0;
    await fixture.as('user').resumeSession({ sessionId: ticket!.sessionId });
    expect(fixture.iam.questions).toMatchObject([
      {
        action: 'tat:ForwardPort',
        resources: [{ attributes: [{ key: 'muster:forward_to', values: ['localhost:5432'] }] }],
      },
    ]);
  });

  it('does not bring back what is over', async () => {
    await fixture.happen(sessionId, ...LIVE, { event: 'stop', reason: 'IDLE' });
    expect(await refusalOf(resume())).toMatchObject({
      kind: 'conflict',
      reason: 'ResourceUnavailable.SessionNotOpen',
      message: `SessionId must be PENDING, STARTING, CONNECTED, DETACHED, SILENT, \`${sessionId}\` is ENDING (IDLE)`,
    });
  });

  it.each([
    ['', 'MissingParameter'],
    ['cmd-00000000', 'InvalidParameterValue.InvalidSessionId'],
  ])('refuses the id %j with %s', async (given, reason) => {
    expect((await refusalOf(fixture.as('user').resumeSession({ sessionId: given }))).reason).toBe(reason);
  });
});
