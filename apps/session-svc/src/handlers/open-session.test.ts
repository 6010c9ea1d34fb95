import { SessionKind } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { ACCOUNT_UIN, decideByPolicies, USER_UIN } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';
import { sessionRow } from '../../tests/sessions.ts';
import { SessionStore } from '../store/session-store.ts';
import { redeemTicket } from '../store/ticket-store.ts';

const OTHER = '100000000002';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, { tags: { env: 'dev' } });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const open = (given: object = {}, credential = 'user') =>
  fixture.as(credential).openSession({ instanceId: MACHINE, ...given });
const count = async () => (await fixture.db.selectFrom('session').select('session_id').execute()).length;

describe('OpenSession', () => {
  it('makes a pending session and the ticket that opens it, good for its principal alone', async () => {
    const { ticket } = await open({ username: 'ubuntu', reason: 'disk is full', graceSeconds: 0, columns: 132 });
    const { sessionId, ticket: text, expireTime } = ticket!;
    expect(Number(expireTime!.seconds) * 1_000).toBe(fixture.clock.ms + 30_000);
    expect(await fixture.row(sessionId)).toMatchObject({
      ...{ account_uin: ACCOUNT_UIN, create_uin: USER_UIN, principal: `user:${USER_UIN}`, tenant: 'tenant' },
      ...{ state: 'PENDING', kind: 'SHELL', username: 'ubuntu', reason: 'disk is full', columns: 132, rows: 24 },
      ...{ grace_ms: 0, idle_ms: 900_000, longest_ms: 43_200_000, record_output: 1, record_input: 0 },
    });
    const redeem = (uin: string) =>
      fixture.db.transaction().execute((trx) =>
        redeemTicket(trx, text, {
          bearer: { accountUin: ACCOUNT_UIN, principal: `user:${uin}` },
          now: fixture.clock.ms,
        }),
      );
    expect(await redeem('1')).toBe('foreign');
    expect(await redeem(USER_UIN)).toMatchObject({ sessionId, instanceId: MACHINE, mode: 'open' });
  });

  it('tells who may be where, as whom and why', async () => {
    await open({ username: 'ubuntu', reason: 'look' });
    const [{ verb, event }] = (await fixture.told()) as [{ verb: string; event: object }];
    expect(verb).toBe('opened');
    expect(event).toMatchObject({
      ...{ accountUin: ACCOUNT_UIN, uin: USER_UIN },
      body: {
        case: 'sessionOpened',
        value: {
          session: { instanceId: MACHINE, username: 'ubuntu', createUin: USER_UIN, sessionKind: SessionKind.SHELL },
          reason: 'look',
        },
      },
    });
  });

  it('is decided on the machine as it is tagged, with the OS user and what it is for', async () => {
    await open({ username: 'ubuntu' });
    await open({ sessionKind: SessionKind.FILES });
    const keys = (username: string, mode: string) => [
      { key: 'muster:os_user', values: [username] },
      { key: 'muster:session_mode', values: [mode] },
    ];
    const resource = `qcs::cvm:ap-guangzhou::instance/${MACHINE}`;
    const tags = [{ key: 'env', value: 'dev' }];
    expect(fixture.iam.questions).toMatchObject([
      { action: 'tat:StartSession', resources: [{ resource, tags, attributes: keys('ubuntu', 'shell') }] },
      { action: 'tat:StartSession', resources: [{ resource, tags, attributes: keys('root', 'files') }] },
    ]);
  });

  it('follows a policy of OS user, tag and mode', async () => {
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:StartSession',
      condition: {
        string_equal: { 'muster:os_user': 'ubuntu', 'muster:session_mode': 'shell' },
        'for_any_value:string_equal': { 'qcs:resource_tag': 'env&dev' },
      },
    });
    await open({ username: 'ubuntu' });
    for (const denied of [{ username: 'root' }, {}, { username: 'ubuntu', sessionKind: SessionKind.FILES }]) {
      expect(await refusalOf(open(denied))).toMatchObject({ reason: 'UnauthorizedOperation.CamAuthFailed' });
    }
    fixture.machines.known.set(MACHINE, { tags: { env: 'prod' } });
    expect((await refusalOf(open({ username: 'ubuntu' }))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(await count()).toBe(1);
  });

  it('knows no other account’s machine, and decides before it says so', async () => {
    fixture.machines.known.set('ins-0foreign', { accountUin: OTHER });
    for (const instanceId of ['ins-0foreign', 'ins-unknown0']) {
      expect(await refusalOf(open({ instanceId }))).toMatchObject({
        kind: 'not_found',
        reason: 'ResourceNotFound.InstanceNotFound',
        message: `no instance \`${instanceId}\``,
      });
    }
    fixture.iam.decide = () => false;
    expect((await refusalOf(open({ instanceId: 'ins-unknown0' }))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });

  it.each([
    [{ agentVersion: '' }, 'ResourceUnavailable.AgentNotInstalled'],
    [{ online: false }, 'ResourceUnavailable.AgentStatusNotOnline'],
    [{ features: ['SHELL', 'session-files'] }, 'ResourceUnavailable.AgentVersionTooLow'],
  ])('refuses a machine that is %j with %s', async (machine, reason) => {
    fixture.machines.known.set(MACHINE, machine);
    expect(await refusalOf(open())).toMatchObject({ kind: 'conflict', reason, details: { field: 'InstanceId' } });
  });

  it.each([
    [{ instanceId: '' }, 'MissingParameter'],
    [{ instanceId: 'x' }, 'InvalidParameterValue.InvalidInstanceId'],
    [{ username: 'a:b' }, 'InvalidParameterValue.InvalidUsername'],
    [{ workingDirectory: 'srv' }, 'InvalidParameterValue.InvalidWorkingDirectory'],
    [{ columns: 0 }, 'InvalidParameterValue.Range'],
    [{ rows: 1_001 }, 'InvalidParameterValue.Range'],
    [{ graceSeconds: 3_601 }, 'InvalidParameterValue.Range'],
    [{ reason: 'x'.repeat(257) }, 'InvalidParameterValue.TooLong'],
    [{ reason: 'a\u001b[2Jb' }, 'InvalidParameterValue'],
    [{ sessionKind: SessionKind.FORWARD }, 'InvalidParameterValue'],
    [{ sessionKind: 9 as SessionKind }, 'InvalidParameterValue'],
  ])('refuses %j with %s, and asks nobody', async (given, reason) => {
    expect(await refusalOf(open(given))).toMatchObject({ kind: 'invalid', reason });
    expect(fixture.iam.questions).toEqual([]);
  });

  it('is refused while nobody knows the machine', async () => {
    fixture.machines.away = true;
    expect(await refusalOf(open())).toMatchObject({ kind: 'unavailable' });
    expect(await count()).toBe(0);
  });

  it('records as the account wants it at that moment', async () => {
    await fixture.as('root').modifySessionSettings({
      settings: { recordOutput: false, recordInput: true, idleSeconds: 60, longestSeconds: 120 },
    });
    const sessionId = await opened(fixture);
    await fixture.as('root').modifySessionSettings({ settings: { recordOutput: true } });
    expect(await fixture.row(sessionId)).toMatchObject({
      ...{ record_output: 0, record_input: 1, idle_ms: 60_000, longest_ms: 120_000 },
    });
  });
});

describe('the gate', () => {
  it('stands behind the decision and before the session', async () => {
    const seen: unknown[] = [];
    fixture.gate = async (opening) => {
      seen.push(opening);
      throw new Refusal('denied', 'UnauthorizedOperation.NeedApproval', 'ask somebody');
    };
    fixture.iam.decide = () => false;
    expect((await refusalOf(open())).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(seen).toEqual([]);
    fixture.iam.decide = () => true;
    expect((await refusalOf(open({ reason: 'why' }))).reason).toBe('UnauthorizedOperation.NeedApproval');
    expect(seen).toMatchObject([{ instanceId: MACHINE, uin: USER_UIN, username: 'root', reason: 'why' }]);
    expect(await count()).toBe(0);
  });
});

describe('limits', () => {
  it.each([
    ['an instance', 3, { instance_id: MACHINE, principal: 'user:1' }],
    ['a principal', 2, { instance_id: 'ins-00000002', principal: `user:${USER_UIN}` }],
    ['an account', 4, { instance_id: 'ins-00000002', principal: 'user:1' }],
  ])('bound what %s has open, and say what is used', async (whose, most, open) => {
    await using small = await startFixture({ limits: { instance: 3, principal: 2, account: 4, openings: 10 } });
    small.machines.known.set(MACHINE, {});
    const rows = Array.from({ length: most }, () => sessionRow({ ...open, state: 'DETACHED' }));
    for (const row of rows) await new SessionStore(small.db).insert(row);
    for (const uncounted of [{ state: 'ENDED' }, { kind: 'FORWARD' }, { account_uin: OTHER }] as const) {
      await new SessionStore(small.db).insert(sessionRow({ ...open, ...uncounted }));
    }
    expect(await refusalOf(opened(small))).toMatchObject({
      kind: 'exhausted',
      reason: 'LimitExceeded.SessionsOpen',
      message: `${whose} may have ${most} sessions open, ${most} are`,
    });
    await small.happen(rows[0]!.session_id, { event: 'finish', reason: 'MACHINE_LOST' });
    await opened(small);
  });

  it('let no opening slip through beside another', async () => {
    await using small = await startFixture({ limits: { instance: 2, account: 200, principal: 20, openings: 10 } });
    small.machines.known.set(MACHINE, {});
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(() => opened(small)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  it('bound how fast a principal opens sessions, and say when it may again', async () => {
    for (let i = 0; i < 10; i++) {
      await fixture.happen(await opened(fixture), { event: 'finish', reason: 'NOT_USED' });
      fixture.clock.ms += 1_000;
    }
    expect(await refusalOf(open())).toMatchObject({
      kind: 'exhausted',
      reason: 'RequestLimitExceeded',
      message: 'a principal may open 10 sessions (SHELL) a minute, 10 were opened; try again in 50000 ms',
      details: { retryAfterMs: '50000' },
    });
    await opened(fixture, 'root');
    await open({ sessionKind: SessionKind.FILES });
    fixture.clock.ms += 50_000;
    await opened(fixture);
  });
});
