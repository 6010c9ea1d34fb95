import { decideByPolicies, USER_UIN } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';
import { sessionRow } from '../../tests/sessions.ts';
import { SessionStore } from '../store/session-store.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, {});
});
afterEach(() => fixture[Symbol.asyncDispose]());

const forward = (given: object = {}) => fixture.as('user').forwardPort({ instanceId: MACHINE, port: 5432, ...given });
const forwarded = (count: number, given: object) =>
  fixture.db.transaction().execute(async (trx) => {
    for (let i = 0; i < count; i++) {
      await new SessionStore(trx).insert(sessionRow({ kind: 'FORWARD', created_at: fixture.clock.ms, ...given }));
    }
  });

describe('ForwardPort', () => {
  it('makes a session of each connection, which records nothing', async () => {
    await fixture.as('root').modifySessionSettings({ settings: { recordInput: true } });
    const { ticket } = await forward({ host: 'DB.internal.', reason: 'look' });
    expect(await fixture.row(ticket!.sessionId)).toMatchObject({
      ...{ kind: 'FORWARD', forward_to: 'db.internal:5432', username: '', reason: 'look', create_uin: USER_UIN },
      ...{ record_output: 0, record_input: 0, state: 'PENDING' },
    });
  });

  it('follows a policy of where to', async () => {
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:ForwardPort',
      condition: { string_equal: { 'muster:forward_to': ['localhost:5432', '[::1]:5432', '127.0.0.1:5432'] } },
    });
    await forward();
    await forward({ host: '::1' });
    await forward({ host: '[0:0::0001]' });
    await forward({ host: '127.1' });
    for (const other of [{ port: 5433 }, { host: 'db' }]) {
      expect((await refusalOf(forward(other))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    }
  });

  it('is off where the service is set so', async () => {
    await using closed = await startFixture({ forwardPorts: false });
    expect(await refusalOf(closed.as('root').forwardPort({ instanceId: MACHINE, port: 80 }))).toMatchObject({
      reason: 'UnsupportedOperation',
      message: 'ports are not forwarded here (`MUSTER_FORWARD_PORTS` is off)',
    });
  });

  it('has limits of its own: a hundred open, six hundred a minute', async () => {
    const principal = `user:${USER_UIN}`;
    await forwarded(599, { principal, state: 'ENDED' });
    await forward();
    expect(await refusalOf(forward())).toMatchObject({
      reason: 'RequestLimitExceeded',
      message: 'a principal may open 600 sessions (FORWARD) a minute, 600 were opened; try again in 60000 ms',
    });
    await opened(fixture);
    fixture.clock.ms += 60_000;
    await forwarded(99, { principal, created_at: 0 });
    expect(await refusalOf(forward())).toMatchObject({
      reason: 'LimitExceeded.SessionsOpen',
      message: 'a principal may have 100 forwarded connections open, 100 are',
    });
    await opened(fixture);
  });

  it.each([
    [{ port: 0 }, 'MissingParameter'],
    [{ port: 65_536 }, 'InvalidParameterValue.Range'],
    [{ host: 'a b' }, 'InvalidParameterValue'],
    [{ host: 'db:5432' }, 'InvalidParameterValue'],
    [{ host: 'user@db' }, 'InvalidParameterValue'],
    [{ host: '1.2.3.4.5' }, 'InvalidParameterValue'],
    [{ host: 'x'.repeat(254) }, 'InvalidParameterValue'],
    [{ reason: 'x'.repeat(257) }, 'InvalidParameterValue.TooLong'],
    [{ instanceId: 'x' }, 'InvalidParameterValue.InvalidInstanceId'],
  ])('refuses %.60j with %s', async (given, reason) => {
    expect((await refusalOf(forward(given))).reason).toBe(reason);
  });
});
