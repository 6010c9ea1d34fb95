import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';
import { assume, documentOf, makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const READ_USERS = documentOf(allow('cam:GetUser'));
const federate = async (token: string, rest: { policy?: string; durationSeconds?: number; name?: string } = {}) =>
  fixture.tokens(token).getFederationToken({ name: 'guest', policy: READ_USERS, ...rest });

describe('GetFederationToken', () => {
  it('gives what the caller and the policy both allow', async () => {
    const user = await fixture.user([allow(['sts:GetFederationToken', 'cam:GetUser', 'cam:ListAccessKeys'])]);
    const { token } = (await federate(user.token)).credentials!;
    await fixture.iam(token).getUser({ name: user.name });
    expect(await refusalOf(fixture.iam(token).listAccessKeys({}))).toMatchObject({ kind: 'denied' });
    const wide = (await federate(user.token, { policy: documentOf(allow('*')) })).credentials!.token;
    await fixture.iam(wide).listAccessKeys({});
    expect(await refusalOf(fixture.iam(wide).deleteUser({ name: user.name }))).toMatchObject({ kind: 'denied' });
  });

  it('narrows root too', async () => {
    const user = await fixture.user();
    const { token } = (await federate(fixture.root.token)).credentials!;
    await fixture.iam(token).getUser({ name: user.name });
    expect(await refusalOf(fixture.iam(token).addUser({ name: 'more' }))).toMatchObject({ kind: 'denied' });
  });

  it('needs the right to it', async () => {
    expect(await refusalOf(federate((await fixture.user()).token))).toMatchObject({ kind: 'denied' });
  });

  it('is not for temporary credentials', async () => {
    const user = await fixture.user([allow(['sts:*'])]);
    const role = await makeRole(fixture, [allow('sts:*')]);
    const everything = { policy: documentOf(allow('*')) };
    const federated = (await federate(user.token, everything)).credentials!.token;
    for (const token of [federated, await assume(fixture, user.token, role)]) {
      expect((await refusalOf(federate(token))).reason).toBe('FailedOperation.TempKeyNotAllowed');
    }
  });

  it('lasts half an hour unless told otherwise: 2 hours at most for root, 36 for others', async () => {
    const { token } = await fixture.user([allow('sts:*')]);
    const seconds = async (caller: string, durationSeconds = 0) =>
      Number((await federate(caller, { durationSeconds })).expiredTime!.seconds) - fixture.clock.ms / 1_000;
    expect([await seconds(token), await seconds(token, 129_600)]).toEqual([1_800, 129_600]);
    expect(await seconds(fixture.root.token, 7_200)).toBe(7_200);
    for (const [caller, durationSeconds] of [
      [token, 129_601],
      [fixture.root.token, 7_201],
    ] as const) {
      expect((await refusalOf(federate(caller, { durationSeconds }))).reason).toBe('InvalidParameter.OverTimeError');
    }
  });

  it.each([
    ['MissingParameter', { policy: '' }],
    ['InvalidParameter.StrategyFormatError', { policy: 'none' }],
    ['InvalidParameter.ParamError', { name: 'x' }],
    ['InvalidParameter.ParamError', { name: 'agent7' }],
  ])('refuses with %s: %o', async (reason, rest) => {
    expect((await refusalOf(federate(fixture.root.token, rest))).reason).toBe(reason);
  });
});
