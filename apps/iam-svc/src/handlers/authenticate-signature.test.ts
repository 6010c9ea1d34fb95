import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  AccessKeyStatus,
  AuditService,
  Outcome,
  PrincipalType,
  SignatureMethod,
  SignatureService,
} from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { authenticated, type Signing, signedRequest } from '../../tests/signed.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ exchangeSeconds: 86_400 });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const signed = (part: Partial<Signing> = {}) => signedRequest(fixture, { ...fixture.root, ...part });
const ask = (request: ReturnType<typeof signed>) => authenticated(fixture, request);
const refused = async (request: ReturnType<typeof signed>) => {
  const { kind, reason } = await refusalOf(ask(request));
  return { kind, reason };
};
const refusal = (what: string) => ({ kind: 'unauthenticated', reason: `AuthFailure.${what}` });
const WRITE = { action: 'tat:RunCommand', repeatable: false };

describe('AuthenticateSignature', () => {
  it.each([SignatureMethod.TC3_HMAC_SHA256, SignatureMethod.HMAC_SHA1, SignatureMethod.HMAC_SHA256])(
    'answers a right signature of method %i with a bearer token of the key’s user',
    async (method) => {
      const { credential, principal } = await ask(signed({ method }));
      expect(principal).toMatchObject({ type: PrincipalType.ROOT, uin: ROOT_UIN, name: 'root' });
      expect(await fixture.tokens(credential).getCallerIdentity({})).toMatchObject({ userName: 'root' });
    },
  );

  it.each([-300, -299, 299, 300])('takes a timestamp that is %i s off', async (offset) => {
    await ask(signed({ offset }));
  });

  it.each([-301, 301])('T24: refuses a timestamp that is %i s off', async (offset) => {
    expect(await refusalOf(ask(signed({ offset })))).toMatchObject({
      ...refusal('SignatureExpire'),
      message: "Timestamp must be within 300 s of the service's clock, was 301 s off",
    });
  });

  it('T24: refuses a scope of another day than the timestamp’s, by UTC', async () => {
    fixture.clock.ms = Date.UTC(2026, 0, 1);
    const late = signed({ offset: -1 });
    expect(late.date).not.toBe(signed().date);
    await ask(late);
    for (const date of [signed().date, '', 'today']) {
      expect(await refused({ ...signed({ offset: -1 }), date })).toEqual(refusal('SignatureFailure'));
    }
  });

  it('T24: refuses what was signed with another secret, over another text, by another method, or is cut short', async () => {
    const good = signed();
    for (const bad of [
      signed({ secretKey: 'another' }),
      { ...good, stringsToSign: ['another text'] },
      { ...good, service: 'tat' },
      { ...good, method: SignatureMethod.HMAC_SHA256 },
      { ...good, method: SignatureMethod.UNSPECIFIED, date: '' },
      { ...good, signature: good.signature.slice(1) },
      { ...good, signature: good.signature.toUpperCase() },
      { ...good, signature: '' },
    ]) {
      expect(await refused(bad)).toEqual(refusal('SignatureFailure'));
    }
    await ask(good);
  });

  it.each([
    ['root', 'AuthFailure.InvalidSecretId'],
    [`AKID${'x'.repeat(15)}`, 'AuthFailure.InvalidSecretId'],
    [`AKID${'x'.repeat(32)}`, 'AuthFailure.SecretIdNotFound'],
  ])('refuses the id %s with %s', async (secretId, reason) => {
    expect((await refused(signed({ secretId }))).reason).toBe(reason);
  });

  it('refuses a token beside an access key: it belongs to none', async () => {
    expect(await refused(signed({ sessionToken: fixture.root.token }))).toEqual(refusal('TokenFailure'));
  });

  it('answers nobody but the gateway', async () => {
    const other = fixture.client(SignatureService, await fixture.serviceToken('command-svc'));
    expect(await refusalOf(other.authenticateSignature(signed()))).toMatchObject({ kind: 'denied' });
  });
});

describe('the key behind a signature', () => {
  it('T25: that is switched off is told from an unknown one neither by a right signature nor by a wrong one', async () => {
    const user = await fixture.user();
    const { secretId: accessKeyId, uin: targetUin } = user;
    await fixture.iam().updateAccessKey({ accessKeyId, targetUin, status: AccessKeyStatus.INACTIVE });
    for (const key of [user, { ...user, secretKey: 'wrong' }, { ...user, secretId: `AKID${'x'.repeat(32)}` }]) {
      expect(await refused(signed(key))).toEqual(refusal('SecretIdNotFound'));
    }
  });

  it('stops working on the very next call when it is switched off, and works again when it is switched on', async () => {
    const user = await fixture.user();
    const { credential } = await ask(signed(user));
    const turn = (status: AccessKeyStatus) =>
      fixture.iam().updateAccessKey({ accessKeyId: user.secretId, targetUin: user.uin, status });
    await turn(AccessKeyStatus.INACTIVE);
    expect(await refused(signed(user))).toEqual(refusal('SecretIdNotFound'));
    expect(await refusalOf(fixture.tokens(credential).getCallerIdentity({}))).toMatchObject(refusal('TokenFailure'));
    await turn(AccessKeyStatus.ACTIVE);
    const again = await ask(signed(user));
    expect(await fixture.tokens(again.credential).getCallerIdentity({})).toMatchObject({ userName: user.name });
  });

  it.each([
    ['switched off', (name: string) => fixture.iam().updateUser({ name, active: false })],
    ['deleted', (name: string) => fixture.iam().deleteUser({ name, force: true })],
  ] as const)('stops working on the very next call when its user is %s', async (_, change) => {
    const user = await fixture.user();
    const { credential } = await ask(signed(user));
    await change(user.name);
    expect(await refused(signed(user))).toEqual(refusal('SecretIdNotFound'));
    expect(await refusalOf(fixture.tokens(credential).getCallerIdentity({}))).toMatchObject(refusal('TokenFailure'));
  });

  it('gets one bearer token for half of its life, however many ask at once, and is noted as used', async () => {
    const user = await fixture.user();
    const tokens = () =>
      fixture.inStore((db) => db.selectFrom('token').select('token_id').where('uin', '=', user.uin).execute());
    const before = (await tokens()).length;
    const first = await Promise.all(Array.from({ length: 20 }, () => ask(signed(user))));
    fixture.clock.ms += 149_999;
    const last = await ask(signed(user));
    expect(new Set([...first, last].map(({ credential }) => credential)).size).toBe(1);
    expect(await tokens()).toHaveLength(before + 1);

    fixture.clock.ms += 1;
    const next = await ask(signed(user));
    expect(next.credential).not.toBe(last.credential);
    const { accessKeys } = await fixture.iam().listAccessKeys({ targetUin: user.uin });
    expect(timestampMs(accessKeys[0]!.lastUsedTime!)).toBe(fixture.clock.ms);
    fixture.clock.ms += 149_000;
    await fixture.tokens(last.credential).getCallerIdentity({});
    fixture.clock.ms += 2_000;
    expect(await refusalOf(fixture.tokens(last.credential).getCallerIdentity({}))).toMatchObject(
      refusal('TokenFailure'),
    );
  });
});

describe('a signature that was used', () => {
  it('T24: is refused for a write, also after a restart and for as long as its timestamp is good', async () => {
    const write = signed({ ...WRITE, offset: 300 });
    await ask(write);
    const again = {
      ...refusal('SignatureFailure'),
      message:
        'this signature was used before, for `tat:RunCommand`; sign again with a new Timestamp, a second later, or give a new ClientToken where there is one',
    };
    expect(await refusalOf(ask(write))).toMatchObject(again);
    await fixture.restart();
    fixture.clock.ms += 600_000;
    expect(await refusalOf(ask(write))).toMatchObject(again);
    fixture.clock.ms += 1_000;
    expect(await refused(write)).toEqual(refusal('SignatureExpire'));
  });

  it('T24: lets one of many equal writes through that come at the same time', async () => {
    const write = signed(WRITE);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => ask(write)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('may come again when the request may, such as one with a ClientToken', async () => {
    const write = signed({ action: 'tat:RunCommand', repeatable: true });
    await ask(write);
    await ask(write);
  });

  it.each([
    ['another write', { action: 'cam:AddUser', repeatable: false }, { action: 'cam:DeleteUser', repeatable: false }],
    [
      'a write after a read',
      { action: 'cam:GetUser', repeatable: true },
      { action: 'cam:DeleteUser', repeatable: false },
    ],
    [
      'a read after a write',
      { action: 'cam:DeleteUser', repeatable: false },
      { action: 'cam:GetUser', repeatable: true },
    ],
    ['another write with a ClientToken', { action: 'tat:RunCommand' }, { action: 'tat:InvokeCommand' }],
  ])('T24: is refused for %s, seconds later or from another address', async (_, first, second) => {
    const request = signed();
    await ask({ ...request, ...first });
    const elsewhere = { ...request.context, peerAddress: '203.0.113.10' };
    expect(await refused({ ...request, ...second, context: elsewhere })).toEqual(refusal('SignatureFailure'));
    fixture.clock.ms += 5_000;
    expect(await refused({ ...request, ...second })).toEqual(refusal('SignatureFailure'));
  });

  it('is good for another action in the same moment at the same address, once for each: two requests of a second may be signed alike', async () => {
    const request = signed();
    const disable = { ...request, action: 'tat:DisableRegisterCodes', repeatable: false };
    const remove = { ...request, action: 'tat:DeleteRegisterCodes', repeatable: false };
    await ask({ ...request, action: 'tat:DescribeRegisterCodes' });
    await ask(disable);
    await ask(remove);
    for (const again of [disable, remove]) expect(await refused(again)).toEqual(refusal('SignatureFailure'));
    await fixture.restart();
    for (const again of [disable, remove]) expect(await refused(again)).toEqual(refusal('SignatureFailure'));
  });

  it('T24: is refused for a read that was a write before a restart', async () => {
    const request = signed({ action: 'cam:DeleteUser', repeatable: false });
    await ask(request);
    await fixture.restart();
    expect(await refused({ ...request, action: 'cam:GetUser', repeatable: true })).toEqual(refusal('SignatureFailure'));
  });

  it('is good for several reads: two lists of the same second, each without parameters, are signed alike', async () => {
    const request = signed({ action: 'tat:DescribeCommands' });
    await ask(request);
    await ask({ ...request, action: 'tat:DescribeInvocations' });
    await ask({ ...request, action: 'sts:GetCallerIdentity' });
  });

  it('is not used up by a request that is refused', async () => {
    const write = signed(WRITE);
    await refused({ ...write, stringsToSign: ['another text'] });
    await ask(write);
  });
});

describe('tries that fail', () => {
  it('are on record, with the key and the address that they came from, and a flood of them does not fill it', async () => {
    const user = await fixture.user();
    const wrong = { ...user, secretKey: 'guessed' };
    for (let count = 0; count < 30; count++) await refused(signed(wrong));
    const { records } = await fixture
      .client(AuditService, fixture.root.token)
      .listAuditRecords({ action: 'muster:AuthenticateSignature', uin: user.uin, limit: 100 });
    expect(records).toHaveLength(5);
    expect(records[0]).toMatchObject({
      principal: { uin: user.uin, name: user.name },
      accessKeyId: user.secretId,
      outcome: Outcome.IMPLICIT_DENY,
      sourceIp: '203.0.113.9',
      requestId: 'a-request',
    });
  });

  it('with a used signature are on record, too', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const write = signed({ ...user, ...WRITE });
    await ask(write);
    await refused(write);
    const { records } = await fixture
      .client(AuditService, fixture.root.token)
      .listAuditRecords({ action: 'muster:AuthenticateSignature', uin: user.uin, limit: 100 });
    expect(records).toHaveLength(1);
  });
});

it('asks for a signed action where the installation is strict, which version 1 always has', async () => {
  await using strict = await startFixture({ strictSignatures: true });
  const request = (part: Partial<Signing> = {}) => signedRequest(strict, { ...strict.root, ...part });
  expect(await refusalOf(authenticated(strict, request()))).toMatchObject({
    ...refusal('SignatureFailure'),
    message: expect.stringContaining('`x-tc-action`'),
  });
  await authenticated(strict, { ...request(), actionSigned: true });
  await authenticated(strict, request({ method: SignatureMethod.HMAC_SHA1 }));
});
