import { create, toBinary } from '@bufbuild/protobuf';
import type { Bus } from '@muster/bus';
import {
  agentUserJwt,
  nativeAuthenticator,
  newAccountKey,
  newUserKey,
  seedOf,
  subjects,
  tenantAccountJwt,
} from '@muster/bus';
import { HelloSchema, SyncOrderSchema } from '@muster/contract';
import { encodeAccount, encodeUser } from '@nats-io/jwt';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inAnHour, listen, mayConnect, settle, startWorld, type Tenant, type World } from './world.ts';

const { agentUp, serviceSync } = subjects;

const A = 'ins-aaaaaaaa';
const hello = toBinary(HelloSchema, create(HelloSchema, { hostName: 'h' }));

let world: World;
let shop: Tenant;
let bank: Tenant;
let invocation: Bus;

beforeAll(async () => {
  world = await startWorld();
  [shop, bank] = [await world.tenant(), await world.tenant()];
  invocation = await world.service('invocation-svc');
});
afterAll(() => world[Symbol.asyncDispose]());

describe('the server', () => {
  const agentOf = async (overrides: Partial<Parameters<typeof agentUserJwt>[0]>) => {
    const user = newUserKey();
    const jwt = await agentUserJwt({
      instanceId: A,
      publicKey: user.getPublicKey(),
      tenantAccount: shop.id,
      agentSigning: shop.agentSigning,
      expires: inAnHour(),
      ...overrides,
    });
    return { jwt, seed: seedOf(user) };
  };

  it('lets a machine in with credentials of its tenant', async () => {
    expect(await mayConnect(world.nats.url, await agentOf({}))).toBe(true);
  });

  it('T3: refuses who brings nothing, or a name and a password', async () => {
    expect(await mayConnect(world.nats.url, undefined)).toBe(false);
    expect(await mayConnect(world.nats.url.replace('://', '://admin:admin@'), undefined)).toBe(false);
  });

  it('T3: refuses credentials that have ended or have not begun', async () => {
    const now = Math.floor(Date.now() / 1_000);
    expect(await mayConnect(world.nats.url, await agentOf({ expires: now - 1 }))).toBe(false);
    const user = newUserKey();
    const rules = { signer: shop.agentSigning, scopedUser: true, exp: now + 7_200, nbf: now + 3_600 };
    const early = { jwt: await encodeUser(A, user, shop.id, {}, rules), seed: seedOf(user) };
    expect(await mayConnect(world.nats.url, early)).toBe(false);
  });

  it('ends a connection when its credentials end', async () => {
    const identity = await agentOf({ expires: Math.floor(Date.now() / 1_000) + 2 });
    const connection = await connect({
      servers: world.nats.url,
      reconnect: false,
      authenticator: nativeAuthenticator(() => identity),
    });
    expect(String(await connection.closed())).toMatch(/expired/i);
  });

  it('T3: refuses credentials whose key the bearer does not have', async () => {
    const { jwt } = await agentOf({});
    expect(await mayConnect(world.nats.url, { jwt, seed: seedOf(newUserKey()) })).toBe(false);
  });

  it('T3: refuses credentials that another tenant or a stranger has signed', async () => {
    for (const agentSigning of [bank.agentSigning, bank.key, newAccountKey()]) {
      expect(await mayConnect(world.nats.url, await agentOf({ agentSigning }))).toBe(false);
    }
  });

  it('T4: refuses credentials that widen what the scope of the signing key allows', async () => {
    const user = newUserKey();
    const wide = { pub: { allow: ['>'] }, sub: { allow: ['>'] } };
    const jwt = await encodeUser(A, user, shop.id, wide, { signer: shop.agentSigning, exp: inAnHour() });
    expect(await mayConnect(world.nats.url, { jwt, seed: seedOf(user) })).toBe(false);
  });

  it('T3: lets nobody in from an account that the operator has not signed', async () => {
    const [tenant, agentSigning] = [newAccountKey(), newAccountKey()];
    const { servicesAccount } = world.nats.installation;
    const keys = { tenant, agentSigning, servicesAccount, name: 'forged', revocations: {} };
    await world.push(await tenantAccountJwt({ ...keys, operatorSigning: newAccountKey() }));
    const agent = await agentOf({ tenantAccount: tenant.getPublicKey(), agentSigning });
    expect(await mayConnect(world.nats.url, agent)).toBe(false);
    await world.push(await tenantAccountJwt({ ...keys, operatorSigning: world.operatorSigning }));
    expect(await mayConnect(world.nats.url, agent)).toBe(true);
  });

  it('T4: gives nothing to an account that claims the subjects of another tenant', async () => {
    const account = world.nats.installation.servicesAccount;
    const memberOf = async (prefix: (own: string) => string) => {
      const [key, agentSigning, user] = [newAccountKey(), newAccountKey(), newUserKey()];
      const claimed = prefix(key.getPublicKey());
      const claims = await encodeAccount(
        'thief',
        key,
        {
          imports: [
            { name: 'up', account, subject: `up.${claimed}.>`, local_subject: 'up.>', type: 'service' },
            { name: 'down', account, subject: `down.${claimed}.>`, local_subject: 'down.>', type: 'stream' },
          ],
          signing_keys: [agentSigning.getPublicKey()],
          limits: { imports: -1, exports: 0, wildcards: true, conn: 10, leaf: 0, subs: -1, data: -1, payload: -1 },
        },
        { signer: world.operatorSigning },
      );
      await world.push(claims);
      const jwt = await encodeUser('thief', user, key.getPublicKey(), {}, { signer: agentSigning });
      return { id: key.getPublicKey(), bus: await world.connectAs({ jwt, seed: seedOf(user) }) };
    };
    const [honest, thief] = [await memberOf((own) => own), await memberOf(() => shop.id)];
    const said = await listen(invocation, 'up.*.*.hello');
    const heard = [await listen(honest.bus, 'down.>'), await listen(thief.bus, 'down.>')];
    for (const { bus } of [honest, thief]) bus.connection.publish(agentUp(A, 'hello'), hello);
    for (const { id } of [honest, shop]) {
      invocation.publish(serviceSync({ tenant: id, instanceId: A }), SyncOrderSchema, {});
    }
    await settle(honest.bus, thief.bus, invocation);
    expect(said.map(({ subject }) => subject)).toEqual([`up.${honest.id}.${A}.hello`]);
    expect(heard.map((messages) => messages.length)).toEqual([1, 0]);
  });
});

it('T3: never signs a user whose name is not an instance id: a name of `*` would have everybody’s subjects', async () => {
  const names = [
    '*',
    '>',
    'ins-*',
    'ins->',
    'a.b',
    'ins-aaaaaaaa.x',
    'ins-AAAAAAAA',
    'ins-aaaa aaaa',
    ' ',
    '',
    'ins-aaaaaaaa\n',
  ];
  for (const instanceId of [...names, `ins-${'a'.repeat(296)}`]) {
    const user = { instanceId, publicKey: newUserKey().getPublicKey(), tenantAccount: shop.id, expires: inAnHour() };
    await expect(async () => agentUserJwt({ ...user, agentSigning: shop.agentSigning })).rejects.toThrow(
      'not an instance id',
    );
  }
});
