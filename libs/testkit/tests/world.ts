import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agentUserJwt,
  type Bus,
  type BusIdentity,
  type BusKey,
  connectBus,
  keyOf,
  loadBusIdentity,
  nativeAuthenticator,
  newAccountKey,
  newUserKey,
  type ServicePermissions,
  seedOf,
  serviceUserJwt,
  subjects,
  tenantAccountJwt,
} from '@muster/bus';
import { connect, type Msg, type NatsConnection } from 'nats';
import { type NatsServer, silentLogger, startNatsServer } from '../src/index.ts';

const { agentInbox, CLAIMS_UPDATE, serviceInbox } = subjects;

/** A tenant with its keys, for whoever wants to sign things that Muster would not. */
export interface Tenant {
  readonly id: string;
  readonly key: BusKey;
  readonly agentSigning: BusKey;
}

/** A real server with tenants, agents and services on it. */
export interface World extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly operatorSigning: BusKey;
  /** Connected with the credentials of the installation. */
  service(name: string): Promise<Bus>;
  /** A user of the services' account with whatever permissions; nobody has such credentials outside tests. */
  insider(permissions: ServicePermissions): Promise<Bus>;
  /** Hands in the claims of a new tenant, or these claims instead; gives the server's answer. */
  push(jwt: string): Promise<{ data?: { code: number }; error?: { description: string } }>;
  tenant(): Promise<Tenant>;
  agent(tenant: Tenant, instanceId: string): Promise<Bus>;
  /** Connected with whatever credentials. */
  connectAs(identity: BusIdentity): Promise<Bus>;
}

const HOUR_S = 3_600;

/** Seconds since 1970, an hour from now. */
export const inAnHour = () => Math.floor(Date.now() / 1_000) + HOUR_S;

export async function startWorld(): Promise<World> {
  await using starting = new AsyncDisposableStack();
  const nats = starting.use(await startNatsServer());
  const seed = async (name: string) =>
    keyOf((await readFile(join(nats.installation.directory, `${name}.seed`), 'utf8')).trim());
  const operatorSigning = await seed('operator-signing');
  const services = await seed('services');
  const open = async (identity: BusIdentity, name: string, inboxPrefix: string) =>
    running.use(
      await connectBus({ servers: [nats.url], identity: () => identity, name, inboxPrefix, logger: silentLogger }),
    );
  const running = starting.move();
  const service = async (name: string) =>
    open(await loadBusIdentity(nats.installation.credsFile(name)), name, serviceInbox(name));
  const control = await service('control');
  const push: World['push'] = async (jwt) =>
    JSON.parse(new TextDecoder().decode(await control.requestRaw(CLAIMS_UPDATE, new TextEncoder().encode(jwt), 5_000)));
  return {
    nats,
    operatorSigning,
    service,
    push,
    async insider(permissions) {
      const user = newUserKey();
      const jwt = await serviceUserJwt('insider', user, services, permissions);
      return open({ jwt, seed: seedOf(user) }, 'insider', '_INBOX');
    },
    async tenant() {
      const key = newAccountKey();
      const agentSigning = newAccountKey();
      const { servicesAccount } = nats.installation;
      const answer = await push(
        await tenantAccountJwt({
          ...{ tenant: key, agentSigning, servicesAccount, operatorSigning, name: 'tenant' },
          revocations: {},
        }),
      );
      if (answer.data?.code !== 200) throw new Error('the claims were refused');
      return { id: key.getPublicKey(), key, agentSigning };
    },
    async agent(tenant, instanceId) {
      const user = newUserKey();
      const jwt = await agentUserJwt({
        instanceId,
        publicKey: user.getPublicKey(),
        tenantAccount: tenant.id,
        agentSigning: tenant.agentSigning,
        expires: inAnHour(),
      });
      return open({ jwt, seed: seedOf(user) }, instanceId, agentInbox(instanceId));
    },
    connectAs: (identity) => open(identity, 'somebody', '_INBOX'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** How often the server was asked whether it allows something. */
export const probes = { made: 0 };

/** Whether the server lets this identity in; undefined stands for somebody who brings nothing. */
export async function mayConnect(url: string, identity: BusIdentity | undefined): Promise<boolean> {
  probes.made++;
  let connection: NatsConnection;
  try {
    connection = await connect({
      servers: url,
      reconnect: false,
      ...(identity ? { authenticator: nativeAuthenticator(() => identity) } : {}),
    });
  } catch {
    return false;
  }
  await connection.close();
  return true;
}

/** Whether the server takes this subscription. Its refusal comes before the answer to a ping that is sent later. */
export async function maySubscribe({ connection }: Bus, subject: string, queue?: string): Promise<boolean> {
  probes.made++;
  let refused = false;
  const subscription = connection.subscribe(subject, {
    ...(queue ? { queue } : {}),
    callback: (error) => {
      if (error) refused = true;
    },
  });
  await connection.flush();
  subscription.unsubscribe();
  return !refused;
}

/** Whether the server takes this message. */
export async function mayPublish({ connection }: Bus, subject: string): Promise<boolean> {
  probes.made++;
  return (await complaints({ connection }, () => connection.publish(subject, 'x'))).length === 0;
}

/** What the server complains about when this is sent. Its errors come before the answer to a ping that is sent later. */
export async function complaints({ connection }: Pick<Bus, 'connection'>, send: () => void): Promise<string[]> {
  const status = connection.status();
  const heard: string[] = [];
  const listening = (async () => {
    for await (const { type, data } of status) if (type === 'error') heard.push(String(data));
  })();
  send();
  await connection.flush();
  // lets the iterator hand over what it has; stopping drops the rest
  await new Promise((resolve) => setImmediate(resolve));
  (status as unknown as { stop(): void }).stop();
  await listening;
  return heard;
}

/** Everything that arrives on a subject from now on. */
export async function listen({ connection }: Bus, subject: string): Promise<Msg[]> {
  const heard: Msg[] = [];
  connection.subscribe(subject, {
    callback: (error, message) => {
      if (error) throw error;
      heard.push(message);
    },
  });
  await connection.flush();
  return heard;
}

/** Passes what these connections have sent on to the server, and what the server has for them on to their listeners. */
export async function settle(...connections: Bus[]): Promise<void> {
  for (const bus of connections) await bus.flush();
  for (const bus of connections) await bus.flush();
}
