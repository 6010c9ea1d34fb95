import { SessionKind, SessionMode } from '@muster/contract';
import { ACCOUNT_UIN, decideByPolicies, USER_UIN } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, LIVE, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';
import { redeemTicket } from '../store/ticket-store.ts';

let fixture: Fixture;
let sessionId: string;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, { tags: { env: 'prod' } });
  sessionId = await opened(fixture, 'root');
  await fixture.happen(sessionId, ...LIVE);
  fixture.iam.questions.length = 0;
});
afterEach(() => fixture[Symbol.asyncDispose]());

const join = (sessionMode?: SessionMode, credential = 'user') =>
  fixture.as(credential).joinSession({ sessionId, ...(sessionMode !== undefined && { sessionMode }) });
async function redeemed(ticket: string | undefined) {
  const bearer = { accountUin: ACCOUNT_UIN, principal: `user:${USER_UIN}` };
  const now = fixture.clock.ms;
  return fixture.db.transaction().execute((trx) => redeemTicket(trx, ticket ?? '', { bearer, now }));
}

describe('JoinSession', () => {
  it('lets somebody watch who says nothing else, or drive', async () => {
    expect(await redeemed((await join()).ticket?.ticket)).toMatchObject({ sessionId, mode: 'watch' });
    expect(await redeemed((await join(SessionMode.DRIVE)).ticket?.ticket)).toMatchObject({ mode: 'drive' });
    const asked = (mode: string) => ({
      action: 'tat:JoinSession',
      resources: [
        {
          resource: `qcs::cvm:ap-guangzhou::instance/${MACHINE}`,
          tags: [{ key: 'env', value: 'prod' }],
          attributes: [
            { key: 'muster:os_user', values: ['ubuntu'] },
            { key: 'muster:session_mode', values: [mode] },
          ],
        },
      ],
    });
    expect(fixture.iam.questions).toMatchObject([asked('watch'), asked('drive')]);
  });

  it('lets those watch in production who may not drive there', async () => {
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:JoinSession',
      condition: { string_equal: { 'muster:session_mode': 'watch' } },
    });
    await join(SessionMode.WATCH);
    expect((await refusalOf(join(SessionMode.DRIVE))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });

  it('has room for five watchers, and always for a driver', async () => {
    fixture.relays.watchers.set(sessionId, ['1', '2', '3', '4']);
    await join();
    fixture.relays.watchers.set(sessionId, ['1', '2', '3', '4', '5']);
    expect(await refusalOf(join())).toMatchObject({
      reason: 'LimitExceeded.SessionsOpen',
      message: 'a session may have 5 watchers, 5 watch',
    });
    await join(SessionMode.DRIVE);
  });

  it('knows no session of another account', async () => {
    expect((await refusalOf(join(SessionMode.WATCH, 'root@100000000002'))).reason).toBe(
      'ResourceNotFound.SessionNotFound',
    );
  });

  it('joins terminals only, and only while they are there', async () => {
    const files = await fixture.as('root').openSession({ instanceId: MACHINE, sessionKind: SessionKind.FILES });
    const copying = files.ticket!.sessionId;
    expect((await refusalOf(fixture.as('user').joinSession({ sessionId: copying }))).reason).toBe(
      'UnsupportedOperation',
    );
    const pending = await opened(fixture, 'root');
    await fixture.happen(sessionId, { event: 'finish', reason: 'EXITED' });
    for (const id of [pending, sessionId]) {
      expect((await refusalOf(fixture.as('user').joinSession({ sessionId: id }))).reason).toBe(
        'ResourceUnavailable.SessionNotOpen',
      );
    }
  });

  it('refuses a mode that it does not know', async () => {
    expect(await refusalOf(join(7 as SessionMode))).toMatchObject({
      reason: 'InvalidParameterValue',
      message: 'SessionMode must be WATCH or DRIVE, was 7',
    });
  });
});
