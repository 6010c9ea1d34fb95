import { timestampMs } from '@bufbuild/protobuf/wkt';
import { AccessKeyStatus, AuditService, Outcome } from '@muster/contract';
import { exchangeSignature, signExchange } from '@muster/rpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(() => {
  fixture.clock.ms = Date.UTC(2026, 0, 1);
});

const exchange = (signed: ReturnType<typeof signExchange>) => fixture.tokens().exchangeAccessKey(signed);
const signed = (offsetSeconds = 0) => signExchange(fixture.root, fixture.clock.ms + offsetSeconds * 1_000);

describe('ExchangeAccessKey', () => {
  it('puts on record who signed in with which key', async () => {
    const user = await fixture.user();
    const { records } = await fixture
      .client(AuditService, fixture.root.token)
      .listAuditRecords({ action: 'sts:ExchangeAccessKey', limit: 1 });
    expect(records).toMatchObject([
      { principal: { uin: user.uin, name: user.name }, accessKeyId: user.secretId, outcome: Outcome.ALLOWED },
    ]);
  });

  it('trades a signature for a token of the key’s user, which ends when it says', async () => {
    const { token, expiredTime } = await exchange(signed());
    expect(await fixture.tokens(token).getCallerIdentity({})).toMatchObject({ userName: 'root' });
    expect(timestampMs(expiredTime!)).toBe(fixture.clock.ms + 3_600_000);

    fixture.clock.ms += 3_599_000;
    await fixture.tokens(token).getCallerIdentity({});
    fixture.clock.ms += 1_000;
    expect(await refusalOf(fixture.tokens(token).getCallerIdentity({}))).toMatchObject({
      kind: 'unauthenticated',
      reason: 'AuthFailure.TokenFailure',
    });
  });

  it('notes when the key was last used', async () => {
    const { secretId } = fixture.root;
    await exchange(signed());
    const { accessKeys } = await fixture.iam().listAccessKeys({});
    const used = accessKeys.find(({ accessKeyId }) => accessKeyId === secretId)!;
    expect(timestampMs(used.lastUsedTime!)).toBe(fixture.clock.ms);
  });

  it.each([-300, 300])('takes a timestamp that is %i s off', async (offset) => {
    await exchange(signed(offset));
  });

  it.each([-301, 301])('T24: refuses a timestamp that is %i s off', async (offset) => {
    expect(await refusalOf(exchange(signed(offset)))).toMatchObject({
      kind: 'unauthenticated',
      reason: 'AuthFailure.SignatureExpire',
      message: "Timestamp must be within 300 s of the service's clock, was 301 s off",
    });
  });

  it('T24: accepts a nonce once, also after a restart and for as long as its timestamp is good', async () => {
    const replayed = signed(300);
    await exchange(replayed);
    const again = { reason: 'AuthFailure.SignatureFailure', message: 'the nonce was used before' };
    expect(await refusalOf(exchange(replayed))).toMatchObject(again);
    await fixture.restart();
    fixture.clock.ms += 600_000;
    expect(await refusalOf(exchange(replayed))).toMatchObject(again);
  });

  it('T24: refuses a signature made with another secret, for another key, time or nonce, or cut short', async () => {
    const good = signed();
    const parts = { secretId: good.secretId, seconds: Number(good.timestamp), nonce: good.nonce };
    for (const bad of [
      { ...good, signature: exchangeSignature('another secret', parts) },
      { ...good, timestamp: good.timestamp + 1n },
      { ...good, nonce: `${good.nonce}x` },
      { ...good, signature: good.signature.slice(0, 63) },
      { ...good, signature: good.signature.toUpperCase() },
      { ...good, signature: '' },
    ]) {
      expect(await refusalOf(exchange(bad))).toMatchObject({
        kind: 'unauthenticated',
        reason: 'AuthFailure.SignatureFailure',
      });
    }
    // none of them used the nonce up
    await exchange(good);
  });

  it('T25: does not tell an unknown key from one that is switched off', async () => {
    const user = await fixture.user();
    const { secretId: accessKeyId, uin: targetUin } = user;
    await fixture.iam().updateAccessKey({ accessKeyId, targetUin, status: AccessKeyStatus.INACTIVE });
    const off = await refusalOf(exchange(signExchange(user, fixture.clock.ms)));
    const unknown = await refusalOf(exchange({ ...signed(), secretId: `AKID${'x'.repeat(32)}` }));
    expect(off).toMatchObject({ kind: 'unauthenticated', reason: 'AuthFailure.SecretIdNotFound' });
    expect(unknown.reason).toBe(off.reason);
  });

  it.each([
    ['AuthFailure.InvalidSecretId', { secretId: 'root' }],
    ['InvalidParameterValue', { nonce: 'x'.repeat(15) }],
    ['InvalidParameterValue', { nonce: 'x'.repeat(129) }],
    ['InvalidParameterValue', { nonce: `${'x'.repeat(16)}\n` }],
    ['AuthFailure.SignatureExpire', { timestamp: 2n ** 64n - 1n }],
  ])('refuses with %s %o', async (reason, part) => {
    expect((await refusalOf(exchange({ ...signed(), ...part }))).reason).toBe(reason);
  });
});
