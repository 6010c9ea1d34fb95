import { EndReason, SessionKind, SessionState } from '@muster/contract';
import { decideByPolicies, USER_UIN } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, LIVE, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';

const PROD = 'ins-0000prod';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, { tags: { env: 'dev' } }).set(PROD, { tags: { env: 'prod' } });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const list = (given: object = {}, credential = 'user') => fixture.as(credential).describeSessions(given);
async function on(instanceId: string): Promise<string> {
  const { ticket } = await fixture.as('user').openSession({ instanceId });
  fixture.clock.ms += 1;
  return ticket!.sessionId;
}

describe('DescribeSessions', () => {
  it('shows what there is to know of each, newest first', async () => {
    const begun = fixture.clock.ms;
    const [over, live] = [await on(MACHINE), await on(MACHINE)];
    await fixture.happen(over, ...LIVE, { event: 'finish', reason: 'EXITED', also: { exit_code: 0 } });
    await fixture.happen(live, ...LIVE);
    fixture.relays.watchers.set(live, ['100000000012']);
    const { totalCount, sessionSet } = await list();
    expect(totalCount).toBe(2);
    expect(sessionSet).toMatchObject([
      {
        ...{ sessionId: live, sessionState: SessionState.CONNECTED, endReason: EndReason.UNSPECIFIED },
        ...{ watcherUins: ['100000000012'], instanceId: MACHINE, username: 'root', createUin: USER_UIN },
        sessionKind: SessionKind.SHELL,
      },
      { sessionId: over, sessionState: SessionState.ENDED, endReason: EndReason.EXITED, exitCode: 0 },
    ]);
    expect(sessionSet[1]).toMatchObject({ createdTime: { seconds: BigInt(begun / 1_000) } });
    expect(sessionSet[0]!.exitCode).toBeUndefined();
    expect(sessionSet[0]!.endTime).toBeUndefined();
  });

  it('shows those whose machine is tagged now as the policy wants it, and counts no others', async () => {
    const dev = [await on(MACHINE), await on(MACHINE), await on(MACHINE)];
    await on(PROD);
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:DescribeSessions',
      condition: { 'for_any_value:string_equal': { 'qcs:resource_tag': 'env&dev' } },
    });
    const page = await list({ limit: 2, offset: 1 });
    expect(page.totalCount).toBe(3);
    expect(page.sessionSet.map(({ sessionId }) => sessionId)).toEqual([dev[1], dev[0]]);
    fixture.machines.known.set(MACHINE, { tags: { env: 'prod' } });
    expect(await list()).toMatchObject({ totalCount: 0, sessionSet: [] });
  });

  it('shows nothing of another account', async () => {
    const sessionId = await opened(fixture);
    expect(await list({}, 'root@100000000002')).toMatchObject({ totalCount: 0 });
    expect(await list({ sessionIds: [sessionId] }, 'root@100000000002')).toMatchObject({ totalCount: 0 });
  });

  it('refuses named ones that may not be seen, rather than leave them out', async () => {
    const [seen, denied] = [await on(MACHINE), await on(PROD)];
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:DescribeSessions',
      resource: `qcs::cvm:::instance/${MACHINE}`,
    });
    expect((await list({ sessionIds: [seen, 'ses-unknown0'] })).sessionSet).toMatchObject([{ sessionId: seen }]);
    expect(await refusalOf(list({ sessionIds: [seen, denied] }))).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: 'tat:DescribeSessions', resource: `qcs::cvm:ap-guangzhou::instance/${PROD}` },
    });
  });

  it('shows what fits the filters', async () => {
    const sessionId = await on(PROD);
    await fixture.as('user').forwardPort({ instanceId: PROD, port: 80 });
    await fixture.happen(await on(MACHINE), { event: 'finish', reason: 'NOT_USED' });
    const filters = [
      { name: 'session-state', values: ['PENDING', 'CONNECTED'] },
      { name: 'session-kind', values: ['SHELL', 'FILES'] },
      { name: 'instance-id', values: [PROD] },
      { name: 'create-uin', values: [USER_UIN] },
      { name: 'username', values: ['root', ''] },
    ];
    expect((await list({ filters })).sessionSet).toMatchObject([{ sessionId }]);
  });

  it.each([
    [{ sessionIds: ['x'] }, 'InvalidParameterValue.InvalidSessionId'],
    [{ limit: 101 }, 'InvalidParameterValue'],
    [{ filters: [{ name: 'session-state', values: ['OPEN'] }] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [{ name: 'instance-id', values: ['x'] }] }, 'InvalidParameterValue.InvalidInstanceId'],
    [{ filters: [{ name: 'reason', values: ['x'] }] }, 'InvalidParameterValue.InvalidFilter'],
    [
      { sessionIds: ['ses-00000000'], filters: [{ name: 'username', values: ['x'] }] },
      'InvalidParameter.ConflictParameter',
    ],
  ])('refuses %j with %s', async (given, reason) => {
    expect((await refusalOf(list(given))).reason).toBe(reason);
  });
});
