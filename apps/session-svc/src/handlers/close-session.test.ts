import { ACCOUNT_UIN, USER_UIN } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, LIVE, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';

const SECOND = 'ins-00000002';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, { tags: { env: 'dev' } }).set(SECOND, {});
});
afterEach(() => fixture[Symbol.asyncDispose]());

const close = (sessionIds: string[], { credential = 'user', reason = '' } = {}) =>
  fixture.as(credential).closeSession({ sessionIds, reason });
async function live(credential = 'user'): Promise<string> {
  const sessionId = await opened(fixture, credential);
  await fixture.happen(sessionId, ...LIVE);
  fixture.iam.questions.length = 0;
  return sessionId;
}

describe('CloseSession', () => {
  it('ends somebody’s session when that is allowed on its machine, and says who and why', async () => {
    const sessionId = await live('root');
    await close([sessionId], { reason: 'not at night' });
    expect(fixture.iam.questions).toMatchObject([
      {
        action: 'tat:TerminateSession',
        resources: [{ resource: `qcs::cvm:ap-guangzhou::instance/${MACHINE}`, tags: [{ key: 'env', value: 'dev' }] }],
      },
    ]);
    expect(fixture.relays.ended).toEqual([
      { sessionId, reason: 'TERMINATED', words: `ended by ${USER_UIN}: not at night` },
    ]);
  });

  it('lets who opened a session end it without being allowed to, driving or away', async () => {
    fixture.iam.decide = (action) => action !== 'tat:TerminateSession';
    const [driven, left] = [await live(), await live()];
    fixture.relays.drivers.set(driven, `user:${USER_UIN}`);
    await close([driven, left]);
    expect(fixture.iam.questions).toEqual([]);
    expect(new Set(fixture.relays.ended.map(({ sessionId }) => sessionId))).toEqual(new Set([driven, left]));
  });

  it('does not let them once somebody else drives, and neither who drives but has not opened it', async () => {
    const [taken, borrowed] = [await live('user'), await live('root')];
    fixture.relays.drivers.set(taken, `root:${ACCOUNT_UIN}`).set(borrowed, `user:${USER_UIN}`);
    fixture.iam.decide = (action) => action !== 'tat:TerminateSession';
    for (const sessionId of [taken, borrowed]) {
      expect((await refusalOf(close([sessionId]))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    }
    expect(fixture.relays.ended).toEqual([]);
  });

  it('ends all of them or none', async () => {
    const [own, denied] = [await live(), await live('root')];
    const foreign = fixture.as('root@100000000002');
    fixture.machines.known.set('ins-0foreign', { accountUin: '100000000002' });
    const { ticket } = await foreign.openSession({ instanceId: 'ins-0foreign' });
    for (const other of [ticket!.sessionId, 'ses-unknown0']) {
      expect(await refusalOf(close([own, other]))).toMatchObject({
        reason: 'ResourceNotFound.SessionNotFound',
        message: `no session \`${other}\``,
      });
    }
    fixture.iam.decide = () => false;
    expect((await refusalOf(close([own, denied]))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(fixture.relays.ended).toEqual([]);
  });

  it('ends one that nobody has opened yet, once', async () => {
    const sessionId = await opened(fixture);
    await close([sessionId, sessionId], { reason: 'a mistake' });
    expect(fixture.relays.ended).toEqual([
      { sessionId, reason: 'TERMINATED', words: `ended by ${USER_UIN}: a mistake` },
    ]);
  });

  it('takes one that is over for ended, and still asks whether one may', async () => {
    const sessionId = await live('root');
    await fixture.happen(sessionId, { event: 'finish', reason: 'EXITED' });
    await close([sessionId]);
    expect(fixture.relays.ended).toEqual([]);
    fixture.iam.decide = () => false;
    expect((await refusalOf(close([sessionId]))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });

  it.each([
    [[], 'MissingParameter'],
    [['x'], 'InvalidParameterValue.InvalidSessionId'],
    [Array.from({ length: 101 }, () => 'ses-00000000'), 'InvalidParameterValue.LimitExceeded'],
  ])('refuses %.40j with %s', async (ids, reason) => {
    expect((await refusalOf(close(ids))).reason).toBe(reason);
  });
});
