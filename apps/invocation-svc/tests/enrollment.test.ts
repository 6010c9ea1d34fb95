import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { newUserKey } from '@muster/bus';
import { InstanceKind } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { FORWARDED_FOR, FORWARDER_TOKEN, serviceIdentity } from '@muster/rpc';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectFakeAgent, registerMachine, renewal } from './fake-agent.ts';
import { type Fixture, refusalOf, startFixture } from './machines-fixture.ts';

let service: Fixture;
beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  service.clock.ahead = 0;
});

const HOUR_MS = 3_600_000;

describe('a register code', () => {
  it('T10: is kept only as a hash of its value', async () => {
    const code = await service.instances().createRegisterCode({ description: 'hashed' });
    expect(code.registerCodeValue).toMatch(/^[0-9a-f]{64}$/);
    const stored = ['invocation.db', 'invocation.db-wal'].map((file) => readFileSync(join(service.dataDir, file)));
    expect(Buffer.concat(stored).includes(code.registerCodeId)).toBe(true);
    expect(Buffer.concat(stored).includes(code.registerCodeValue)).toBe(false);
  });

  it('is listed newest first with its defaults, and never with its value', async () => {
    const older = await service.instances().createRegisterCode({});
    service.clock.ahead = 1_000;
    const newer = await service.instances().createRegisterCode({
      instanceNamePrefix: 'web',
      registerLimit: 3,
      effectiveTime: 100_000,
      ipAddressRange: '192.168.10.1/10',
      instanceKind: InstanceKind.CVM,
    });
    const { registerCodeSet } = await service
      .instances()
      .describeRegisterCodes({ registerCodeIds: [older.registerCodeId, newer.registerCodeId] });
    expect(registerCodeSet.map((code) => code.registerCodeId)).toEqual([newer.registerCodeId, older.registerCodeId]);
    expect(registerCodeSet[0]).toMatchObject({
      instanceNamePrefix: 'web',
      registerLimit: 3,
      ipAddressRange: '192.168.10.1/10',
      enabled: true,
      instanceKind: InstanceKind.CVM,
    });
    expect(registerCodeSet[0]!.expiredTime).toBeUndefined();
    const { registerLimit, expiredTime, createdTime, instanceKind } = registerCodeSet[1]!;
    expect(registerLimit).toBe(10);
    expect(timestampMs(expiredTime!) - timestampMs(createdTime!)).toBe(4 * HOUR_MS);
    expect(instanceKind).toBe(InstanceKind.REGISTERED);
    expect(
      JSON.stringify(registerCodeSet, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(newer.registerCodeValue);
  });

  it('shows a caller only the codes it may see, and another account none', async () => {
    const { registerCodeId } = await service.instances().createRegisterCode({});
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: 'tat:DescribeRegisterCodes',
      resource: `qcs::tat:::register-code/${registerCodeId}`,
    });
    const seen = await service.instances('user').describeRegisterCodes({});
    service.iam.decide = () => true;
    service.iam.planOf = () => EVERYTHING;
    expect(seen.registerCodeSet.map((code) => code.registerCodeId)).toEqual([registerCodeId]);
    expect(seen.totalCount).toBe(1);
    const foreign = await service
      .instances('root@100000000099')
      .describeRegisterCodes({ registerCodeIds: [registerCodeId] });
    expect(foreign).toMatchObject({ totalCount: 0, registerCodeSet: [] });
  });
});

describe('registering', () => {
  it.each([
    [InstanceKind.CVM, /^ins-[a-z0-9]{8}$/],
    [InstanceKind.LIGHTHOUSE, /^lhins-[a-z0-9]{8}$/],
    [InstanceKind.UNSPECIFIED, /^rins-[a-z0-9]{8}$/],
  ])('gives kind %i its own sort of id', async (instanceKind, pattern) => {
    const code = await service.instances().createRegisterCode({ instanceKind });
    expect((await registerMachine(service.enrollment, code)).instanceId).toMatch(pattern);
  });

  it('names the machine after its host, behind the prefix of the code', async () => {
    const plain = await service.instances().createRegisterCode({});
    const prefixed = await service.instances().createRegisterCode({ instanceNamePrefix: 'shop' });
    expect((await registerMachine(service.enrollment, plain, { hostName: 'db-7' })).instanceName).toBe('db-7');
    expect((await registerMachine(service.enrollment, prefixed, { hostName: 'db-7' })).instanceName).toBe('shop-db-7');
  });

  it('gives credentials for a day that the bus accepts, with the keys that sign tasks', async () => {
    const code = await service.instances().createRegisterCode({ instanceKind: InstanceKind.CVM });
    const machine = await registerMachine(service.enrollment, code);
    const livesMs = timestampMs(machine.credentials.expiresTime!) - Date.now();
    expect(livesMs).toBeGreaterThan(23.9 * HOUR_MS);
    expect(livesMs).toBeLessThanOrEqual(24 * HOUR_MS);
    expect(machine.credentials.signingKeys.map((key) => key.keyId)).toEqual(['key-1']);
    await using agent = await connectFakeAgent(machine);
    expect((await agent.hello()).epoch).toBe(1n);
  });

  it('T10: lets exactly as many machines in as the code allows, when twice as many come at once', async () => {
    const code = await service.instances().createRegisterCode({ registerLimit: 10 });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        registerMachine(service.enrollment, code).then(
          ({ instanceId }) => instanceId,
          (error: { reason: string }) => error.reason,
        ),
      ),
    );
    expect(new Set(outcomes.filter((outcome) => outcome.startsWith('rins-'))).size).toBe(10);
    expect(outcomes.filter((outcome) => outcome === 'LimitExceeded')).toHaveLength(10);
    const { registerCodeSet } = await service
      .instances()
      .describeRegisterCodes({ registerCodeIds: [code.registerCodeId] });
    expect(registerCodeSet[0]!.registeredCount).toBe(10);
  });

  it('T10: answers the same key again with the same machine, which takes no second place', async () => {
    const code = await service.instances().createRegisterCode({ registerLimit: 1 });
    const key = newUserKey();
    const first = await registerMachine(service.enrollment, code, {}, key);
    expect((await registerMachine(service.enrollment, code, {}, key)).instanceId).toBe(first.instanceId);
    const other = await service.instances().createRegisterCode({});
    const refusal = await refusalOf(registerMachine(service.enrollment, other, {}, key));
    expect(refusal).toMatchObject({ reason: 'InvalidParameterValue', details: { field: 'PublicKey' } });
  });

  it('T10: a machine that comes again with another key is another machine, with no power over the first', async () => {
    const code = await service.instances().createRegisterCode({ registerLimit: 3 });
    const first = await registerMachine(service.enrollment, code, { machineId: 'twin' });
    const second = await registerMachine(service.enrollment, code, { machineId: 'twin' });
    expect(second.instanceId).not.toBe(first.instanceId);
    // the second speaks for the first, with its own key
    const stolen = renewal({ ...second, instanceId: first.instanceId }, BigInt(Date.now()));
    expect((await refusalOf(service.enrollment.renewCredentials(stolen))).reason).toBe('AuthFailure');
  });

  it('T10: tells of the machine in an event', async () => {
    const code = await service.instances().createRegisterCode({});
    const { instanceId } = await registerMachine(service.enrollment, code);
    await expect
      .poll(() => service.events.map(({ body }) => body.value))
      .toContainEqual(expect.objectContaining({ instanceId, registerCodeId: code.registerCodeId }));
  });

  it('T10: refuses an unknown code and a wrong value in the same words', async () => {
    const code = await service.instances().createRegisterCode({});
    const wrong = [
      { ...code, registerCodeValue: '0'.repeat(64) },
      { ...code, registerCodeValue: '' },
      { registerCodeId: crypto.randomUUID(), registerCodeValue: code.registerCodeValue },
      { registerCodeId: 'no uuid', registerCodeValue: code.registerCodeValue },
    ];
    const refusals = await Promise.all(wrong.map((each) => refusalOf(registerMachine(service.enrollment, each))));
    expect(new Set(refusals.map(({ kind, reason, message }) => `${kind} ${reason} ${message}`)).size).toBe(1);
    expect(refusals[0]).toMatchObject({ kind: 'unauthenticated', reason: 'AuthFailure' });
  });

  it('T10: says that a code has expired or is disabled only to who knows its value', async () => {
    const expired = await service.instances().createRegisterCode({ effectiveTime: 1 });
    const disabled = await service.instances().createRegisterCode({ effectiveTime: 100_000 });
    await service.db
      .updateTable('register_code')
      .set({ enabled: 0 })
      .where('register_code_id', '=', disabled.registerCodeId)
      .execute();
    service.clock.ahead = HOUR_MS;
    expect((await refusalOf(registerMachine(service.enrollment, expired))).message).toMatch(/expired/);
    expect((await refusalOf(registerMachine(service.enrollment, disabled))).message).toMatch(/disabled/);
    const guess = { ...expired, registerCodeValue: 'f'.repeat(64) };
    expect((await refusalOf(registerMachine(service.enrollment, guess))).reason).toBe('AuthFailure');
  });

  it('T10: lets a code with an address range be used from there only, wherever a stranger claims to be', async () => {
    const here = await service.instances().createRegisterCode({ ipAddressRange: '127.1.2.3/8' });
    const elsewhere = await service.instances().createRegisterCode({ ipAddressRange: '10.20.30.40/16' });
    await registerMachine(service.enrollment, here);
    const refusal = await refusalOf(registerMachine(service.enrollment, elsewhere));
    expect(refusal.reason).toBe('OperationDenied');
    expect(refusal.message).toContain('127.0.0.1');

    const machine = () => ({
      registerCodeId: elsewhere.registerCodeId,
      registerCodeValue: elsewhere.registerCodeValue,
      publicKey: newUserKey().getPublicKey(),
      hostName: 'h',
      systemName: 'Linux',
    });
    const from = (token: string) => ({
      headers: { [FORWARDED_FOR]: '10.20.99.1', [FORWARDER_TOKEN]: token },
    });
    const stranger = serviceIdentity('gateway', generateKeyPairSync('ed25519').privateKey);
    for (const token of ['', 'forged', await stranger.token()]) {
      const refused = service.enrollment.registerInstance(machine(), from(token));
      expect((await refusalOf(refused)).reason).toBe('OperationDenied');
    }
    expect(
      (await service.enrollment.registerInstance(machine(), from(await service.gateway.token()))).instanceId,
    ).toMatch(/^rins-/);
  });

  it.each([
    [{ hostName: '' }, 'MissingParameter', 'HostName'],
    [{ hostName: 'evil\u001b[2J' }, 'InvalidParameterValue', 'HostName'],
    [{ hostName: 'h'.repeat(256) }, 'InvalidParameterValue.TooLong', 'HostName'],
    [{ systemName: 'Plan9' }, 'InvalidParameterValue', 'SystemName'],
    [{ publicKey: 'UABC' }, 'InvalidParameterValue', 'PublicKey'],
    [{ publicKey: `U${'A'.repeat(55)}` }, 'InvalidParameterValue', 'PublicKey'],
  ])('is refused with %j', async (facts, reason, field) => {
    const code = await service.instances().createRegisterCode({});
    const refusal = await refusalOf(registerMachine(service.enrollment, code, facts));
    expect(refusal).toMatchObject({ reason, details: { field } });
  });
});

describe('renewing credentials', () => {
  it('takes a fresh signature of the machine, whatever became of the old credentials', async () => {
    const machine = await registerMachine(service.enrollment, await service.instances().createRegisterCode({}));
    service.clock.ahead = 2 * 24 * HOUR_MS;
    const { credentials } = await service.enrollment.renewCredentials(
      renewal(machine, BigInt(Date.now() + service.clock.ahead)),
    );
    expect(timestampMs(credentials!.expiresTime!)).toBeGreaterThan(Date.now() + 2.9 * 24 * HOUR_MS);
    await using agent = await connectFakeAgent({ ...machine, credentials: credentials! });
    expect((await agent.hello()).epoch).toBe(1n);
  });

  it('refuses what another key signed, what was signed for another machine, and who is unknown, in the same words', async () => {
    const code = await service.instances().createRegisterCode({});
    const [one, two] = [
      await registerMachine(service.enrollment, code),
      await registerMachine(service.enrollment, code),
    ];
    const now = BigInt(Date.now());
    const asOne = renewal(one, now);
    const tries = [
      renewal({ instanceId: one.instanceId, key: two.key }, now),
      { ...asOne, instanceId: two.instanceId },
      { ...asOne, timestampMs: now + 1n },
      { ...asOne, signature: new Uint8Array() },
      renewal({ instanceId: 'rins-00000000', key: one.key }, now),
    ];
    const refusals = await Promise.all(tries.map((each) => refusalOf(service.enrollment.renewCredentials(each))));
    expect(new Set(refusals.map(({ reason, message }) => `${reason} ${message}`)).size).toBe(1);
    expect(refusals[0]!.reason).toBe('AuthFailure');
  });

  it.each([-301_000, 301_000])('refuses a signature that is %i ms off', async (off) => {
    const machine = await registerMachine(service.enrollment, await service.instances().createRegisterCode({}));
    const refusal = await refusalOf(service.enrollment.renewCredentials(renewal(machine, BigInt(Date.now() + off))));
    expect(refusal.message).toMatch(/within 300 s/);
  });
});
