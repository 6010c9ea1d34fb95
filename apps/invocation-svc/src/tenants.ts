import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agentUserJwt,
  type Bus,
  type BusKey,
  keyOf,
  newAccountKey,
  seedOf,
  subjects,
  tenantAccountJwt,
} from '@muster/bus';
import { type Clock, Refusal } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import type { Kysely } from 'kysely';
import { oneAtATime } from './one-at-a-time.ts';
import { RevokedKeyStore } from './store/revoked-key-store.ts';
import type { Schema } from './store/schema.ts';
import { TenantStore } from './store/tenant-store.ts';

/** How long an agent's bus credentials live; agents renew at half of it. */
const CREDENTIALS_LIVE_MS = 24 * 3_600_000;
const PUSH_TIMEOUT_MS = 5_000;
/** How long to wait before claims that the bus did not take are handed in again. */
const PUSH_AGAIN_MS = 2_000;
/**
 * A revocation also meets credentials that were on their way when the machine was removed, and stays in the claims until every JWT that it
 * meets has ended.
 */
const REVOKED_AHEAD_MS = 3_600_000;
const REVOCATION_LIVES_MS = CREDENTIALS_LIVE_MS + REVOKED_AHEAD_MS;

/** What an agent connects with. */
export interface AgentCredentials {
  readonly jwt: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** The NATS accounts of Muster's accounts, one each. */
export interface Tenants extends Disposable {
  /** The public key of the account's NATS account, which is made and known to the bus when this resolves. Refusal: ServiceUnavailable. */
  ensure(accountUin: string): Promise<string>;
  /** A new user JWT for a machine of an account that `ensure` was called for. */
  agentCredentials(machine: { accountUin: string; instanceId: string; publicKey: string }): Promise<AgentCredentials>;
  /**
   * Makes the bus cut off the account's removed machines, and refuse them. Resolves after the first attempt; when the bus does not take it,
   * it is told again until it does.
   */
  cutOff(accountUin: string): Promise<void>;
  /** Hands every account's claims to the bus once more, so that a resolver that lost them heals. Failures are logged. */
  pushAll(): Promise<void>;
}

/** Where tenants are kept and made known. */
export interface TenantsOptions {
  readonly db: Kysely<Schema>;
  /** Folder of the seeds, mode 0700; made when missing. */
  readonly directory: string;
  /** The operator's signing key. */
  readonly operatorSigning: BusKey;
  /** The public key of the services' NATS account. */
  readonly servicesAccount: string;
  /** A connection to the system account. */
  readonly control: Pick<Bus, 'requestRaw'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface TenantKeys {
  readonly tenant: BusKey;
  readonly agentSigning: BusKey;
}

/** Opens the tenants of this installation; nothing is pushed before `pushAll` or `ensure`. */
export function openTenants(options: TenantsOptions): Tenants {
  const { directory, operatorSigning, servicesAccount, control, clock, logger } = options;
  const store = new TenantStore(options.db);
  const known = new Map<string, Promise<TenantKeys>>();
  const pushed = new Set<string>();
  const revoked = new RevokedKeyStore(options.db);
  const again = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  const keysOf = (accountUin: string) => once(known, accountUin, () => readOrMakeKeys(directory, accountUin));
  // one after the other: older claims must not take the place of newer ones
  const push = oneAtATime(async (accountUin) => {
    pushed.delete(accountUin);
    const { tenant, agentSigning } = await keysOf(accountUin);
    const removed = await revoked.since(accountUin, clock.now() - REVOCATION_LIVES_MS);
    const revocations = Object.fromEntries(
      removed.map(({ publicKey, revokedAt }) => [publicKey, Math.ceil((revokedAt + REVOKED_AHEAD_MS) / 1_000)]),
    );
    const claims = { tenant, agentSigning, servicesAccount, operatorSigning, name: accountUin, revocations };
    const jwt = await tenantAccountJwt(claims);
    const answer = await control.requestRaw(subjects.CLAIMS_UPDATE, new TextEncoder().encode(jwt), PUSH_TIMEOUT_MS);
    const { data, error } = JSON.parse(new TextDecoder().decode(answer)) as ClaimsAnswer;
    if (data?.code !== 200) throw new Error(`the bus refused the claims: ${error?.description ?? 'no reason given'}`);
    pushed.add(accountUin);
  });
  const pushUntilTaken = (accountUin: string): Promise<void> => {
    clearTimeout(again.get(accountUin));
    return push(accountUin).catch((error: unknown) => {
      logger.warn({ err: error, accountUin }, 'the claims of a tenant could not be handed in; trying again');
      if (!stopped)
        again.set(
          accountUin,
          setTimeout(() => void pushUntilTaken(accountUin), PUSH_AGAIN_MS),
        );
    });
  };

  return {
    async ensure(accountUin) {
      const { tenant } = await keysOf(accountUin);
      if (!pushed.has(accountUin)) {
        await store.add({ accountUin, tenant: tenant.getPublicKey(), createdAt: clock.now() });
        await push(accountUin).catch((error: unknown) => {
          logger.warn({ err: error, accountUin }, 'the claims of a tenant could not be handed in');
          throw new Refusal('unavailable', 'ServiceUnavailable', 'the bus did not take the account; try again');
        });
      }
      return tenant.getPublicKey();
    },

    async agentCredentials({ accountUin, instanceId, publicKey }) {
      const { tenant, agentSigning } = await keysOf(accountUin);
      const expires = Math.floor((clock.now() + CREDENTIALS_LIVE_MS) / 1_000);
      const jwt = await agentUserJwt({
        instanceId,
        publicKey,
        tenantAccount: tenant.getPublicKey(),
        agentSigning,
        expires,
      });
      return { jwt, expiresAt: expires * 1_000 };
    },

    cutOff: pushUntilTaken,

    async pushAll() {
      for (const accountUin of await store.accounts()) await pushUntilTaken(accountUin);
    },

    [Symbol.dispose]() {
      stopped = true;
      for (const timer of again.values()) clearTimeout(timer);
    },
  };
}

/** What the server's resolver answers. */
interface ClaimsAnswer {
  readonly data?: { readonly code?: number };
  readonly error?: { readonly description?: string };
}

/** Makes a value once per key, also for callers at the same time; a failure is forgotten, so that the next caller tries again. */
function once<V>(made: Map<string, Promise<V>>, key: string, make: () => Promise<V>): Promise<V> {
  const found = made.get(key);
  if (found !== undefined) return found;
  const making = make();
  made.set(key, making);
  making.catch(() => made.delete(key));
  return making;
}

/** One file holds both seeds and appears by rename: there is a whole pair or none. */
async function readOrMakeKeys(directory: string, accountUin: string): Promise<TenantKeys> {
  if (!/^\d+$/.test(accountUin)) throw new Error('not an account uin');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const file = join(directory, `${accountUin}.json`);
  const stored = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored) {
    const { tenant, agentSigning } = JSON.parse(stored) as Record<keyof TenantKeys, string>;
    return { tenant: keyOf(tenant), agentSigning: keyOf(agentSigning) };
  }
  const keys = { tenant: newAccountKey(), agentSigning: newAccountKey() };
  const seeds = JSON.stringify({ tenant: seedOf(keys.tenant), agentSigning: seedOf(keys.agentSigning) });
  await writeFile(`${file}.new`, seeds, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return keys;
}
