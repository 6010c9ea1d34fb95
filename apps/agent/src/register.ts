import { sign } from 'node:crypto';
import { type Client, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { privateKeyOf } from '@muster/bus';
import { type BusCredentials, EnrollmentService } from '@muster/contract';
import { hostFacts, VERSION } from './host.ts';
import { credentialsFrom, ensureKey, forgetIdentity, type Identity, isRegistered, saveIdentity } from './identity.ts';

/** What `register` was given. */
export interface RegisterOptions {
  /** URL of the gateway. */
  readonly server: string;
  readonly codeId: string;
  readonly codeValue: string;
  /** The machine's own name when absent. */
  readonly hostName?: string;
  readonly dataDir: string;
  /** Whether to give up the identity that this machine has, for instance because it was copied from another one or removed. */
  readonly again?: boolean;
}

/** Trades a register code for an identity and keeps it. Throws an Error for people when the service refuses. */
export async function register(options: RegisterOptions): Promise<{ instanceId: string; instanceName: string }> {
  const { server, codeId, codeValue, dataDir, again } = options;
  if (again) await forgetIdentity(dataDir);
  if (await isRegistered(dataDir)) {
    throw new Error(`this machine is registered already: ${dataDir}/agent.json exists; --again makes it another one`);
  }
  const { seed, publicKey } = await ensureKey(dataDir);
  const { bootId: _, ...host } = hostFacts(options.hostName);
  const { instanceId, instanceName, credentials } = await asked(() =>
    enrollment(server).registerInstance({
      registerCodeId: codeId,
      registerCodeValue: codeValue,
      publicKey,
      agentVersion: VERSION,
      ...host,
    }),
  );
  await saveIdentity(dataDir, {
    instanceId,
    hostName: host.hostName,
    server,
    credentials: credentialsFrom(checked(credentials), Date.now()),
    seed,
  });
  return { instanceId, instanceName };
}

/**
 * New credentials for a known machine, proven by its key; also after the old ones ended. `nowMs` is the service's clock as far as known.
 * Throws an Error for people, whose cause is the ConnectError.
 */
export async function renew(identity: Identity, nowMs: number): Promise<BusCredentials> {
  const { instanceId, server, seed } = identity;
  const timestampMs = BigInt(Math.round(nowMs));
  const signature = sign(null, Buffer.from(`renew\n${instanceId}\n${timestampMs}`), privateKeyOf(seed));
  const { credentials } = await asked(() =>
    enrollment(server).renewCredentials({ instanceId, timestampMs, signature }),
  );
  return checked(credentials);
}

function enrollment(baseUrl: string): Client<typeof EnrollmentService> {
  return createClient(
    EnrollmentService,
    createConnectTransport({ baseUrl, httpVersion: '1.1', defaultTimeoutMs: 15_000 }),
  );
}

function checked(credentials: BusCredentials | undefined): BusCredentials {
  if (!credentials?.jwt || credentials.servers.length === 0) throw new Error('the service sent no bus credentials');
  return credentials;
}

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new Error(ConnectError.from(error).rawMessage, { cause: error });
  }
}
