import { createPublicKey, verify } from 'node:crypto';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { InvocationInternalService, SessionOrderSchema, SignedSessionOrderSchema } from '@muster/contract';
import { signedText } from '@muster/terminal';
import { ACCOUNT_UIN, eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFakeAgent } from '../../tests/fake-agent.ts';
import { type Fixture, startFixture } from '../../tests/runs-fixture.ts';

type Order = MessageInitShape<typeof SessionOrderSchema>;

let service: Fixture;
beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());

const shell: Order = {
  sessionId: 'ses-12345678',
  frameKey: Buffer.alloc(32, 7),
  username: 'deploy',
  columns: 80,
  rows: 24,
  graceSeconds: 60,
  longestSeconds: 3_600,
};
const bytesOf = (order: Order) => toBinary(SessionOrderSchema, create(SessionOrderSchema, order));
const signBytes = (order: Uint8Array, accountUin = ACCOUNT_UIN) =>
  service.client(InvocationInternalService, 'service:session-svc').signSessionOrder({ accountUin, order });
const signed = async (order: Order) => {
  const answer = await signBytes(bytesOf(order));
  const envelope = fromBinary(SignedSessionOrderSchema, answer.order);
  return { ...answer, envelope, order: fromBinary(SessionOrderSchema, envelope.order) };
};

describe('SignSessionOrder', () => {
  it('T7: signs with a key that the machine pins, under words that no order of a task begins with', async () => {
    const machine = await service.machine();
    await using agent = await connectFakeAgent(machine);
    await agent.hello();
    const { envelope, order, tenant } = await signed({ ...shell, instanceId: agent.instanceId });
    const pinned = machine.credentials.signingKeys.find(({ keyId }) => keyId === envelope.keyId);
    const x = Buffer.from(pinned!.publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verify(null, signedText('order', envelope.order), key, envelope.signature)).toBe(true);
    expect(verify(null, envelope.order, key, envelope.signature)).toBe(false);
    expect(order).toMatchObject({ ...shell, instanceId: agent.instanceId, tenant });
    expect(tenant).toMatch(/^A[A-Z2-7]{55}$/);
  });

  it('T7: fills in tenant, epoch and expiry whatever the order says, and signs nothing that it does not know', async () => {
    await using agent = await service.agent();
    const order = { ...shell, instanceId: agent.instanceId, tenant: 'AOTHER', epoch: 7n, expiresMs: 2n ** 60n };
    // field 1000 of a later version
    const later = Buffer.concat([bytesOf(order), Buffer.from([0xc2, 0x3e, 0x01, 0x78])]);
    const answer = await signBytes(later);
    const { order: plain } = fromBinary(SignedSessionOrderSchema, answer.order);
    const { tenant, epoch, expiresMs, $unknown } = fromBinary(SessionOrderSchema, plain);
    expect($unknown).toBeUndefined();
    expect(tenant).toBe(answer.tenant);
    expect(epoch).toBe(agent.epoch);
    const left = Number(expiresMs) - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['noise', () => signBytes(new Uint8Array([255, 255, 255])), 'InvalidParameterValue'],
    ['more than 4 KiB', () => signBytes(new Uint8Array(4_097)), 'InvalidParameterValue'],
    ['a size that no terminal has', () => onNew({ columns: 1_001 }), 'InvalidParameterValue'],
    ['a machine that nobody has', () => onNew({ instanceId: 'ins-zzzzzzzz' }), 'ResourceNotFound.InstanceNotFound'],
    ['a machine of another account', () => onNew({}, '100000000002'), 'ResourceNotFound.InstanceNotFound'],
    [
      'a machine that was never heard',
      async () => onNew({ instanceId: (await service.machine()).instanceId }),
      'ResourceUnavailable.AgentNotInstalled',
    ],
  ])('refuses %s', async (_, sign, reason) => {
    expect(await sign().catch((error: unknown) => error)).toMatchObject({ reason });
  });

  it('refuses a machine that is offline, and one that was removed', async () => {
    const agent = await service.agent();
    const { instanceId } = agent;
    const sign = () => signBytes(bytesOf({ ...shell, instanceId }));
    await sign();
    await agent[Symbol.asyncDispose]();
    const offline = await eventually('the machine to be offline', () =>
      sign().then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(offline).toMatchObject({ reason: 'ResourceUnavailable.AgentStatusNotOnline' });
    await service.instances().deleteRegisterInstance({ instanceId });
    expect(await sign().catch((error: unknown) => error)).toMatchObject({
      reason: 'ResourceNotFound.InstanceNotFound',
    });
  });
});

async function onNew(change: Order, accountUin = ACCOUNT_UIN) {
  await using agent = await service.agent();
  return await signBytes(bytesOf({ ...shell, instanceId: agent.instanceId, ...change }), accountUin);
}
