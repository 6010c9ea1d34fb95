import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BusIdentity, keyOf, newUserKey, seedOf } from '@muster/bus';
import type { BusCredentials } from '@muster/contract';
import { firstKeys, type PinnedKeys } from './pinned-keys.ts';
import { writeDurably } from './spool/durable.ts';
import { journalFolder } from './spool/journal.ts';

/** Who this machine is, as registration made it and renewal keeps it. Lives in `agent.json` and `nkey.seed`, both 0600. */
export interface Identity {
  readonly instanceId: string;
  readonly hostName: string;
  /** The gateway, for renewal. */
  readonly server: string;
  readonly credentials: Credentials;
  /** The machine's own key, `SU…`; never leaves the machine. */
  readonly seed: string;
}

/** How to reach the bus, and whose tasks to accept. */
export interface Credentials extends PinnedKeys {
  readonly servers: readonly string[];
  readonly jwt: string;
  /** Milliseconds since 1970 by this machine's clock. */
  readonly receivedMs: number;
}

const identityFile = (dataDir: string) => join(dataDir, 'agent.json');
const seedFile = (dataDir: string) => join(dataDir, 'nkey.seed');

/** Reads the identity; throws an Error that says to register when there is none. */
export async function loadIdentity(dataDir: string): Promise<Identity> {
  const json = await readIfThere(identityFile(dataDir));
  const seed = await readIfThere(seedFile(dataDir));
  if (!json || !seed)
    throw new Error(`this machine is not registered: no identity in ${dataDir}; run \`register\` first`);
  const identity = JSON.parse(json) as Omit<Identity, 'seed'>;
  // agents before key sets did not note when the keys were made
  return { ...identity, credentials: { ...{ keysMadeMs: 0 }, ...identity.credentials }, seed: seed.trim() };
}

/** Whether the folder holds an identity already. */
export async function isRegistered(dataDir: string): Promise<boolean> {
  return (await readIfThere(identityFile(dataDir))) !== undefined;
}

/** Forgets who the machine is, with the key and all that it did as that one. */
export async function forgetIdentity(dataDir: string): Promise<void> {
  // the key goes last: until then the whole can be repeated
  for (const path of [identityFile(dataDir), journalFolder(dataDir), seedFile(dataDir)]) {
    await rm(path, { recursive: true, force: true });
  }
}

/** The machine's key, made on the first call. A registration whose answer was lost is repeated with the same key. */
export async function ensureKey(dataDir: string): Promise<{ seed: string; publicKey: string }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // other users have no business in here, whoever made the folder
  await chmod(dataDir, 0o700);
  const known = (await readIfThere(seedFile(dataDir)))?.trim();
  if (known) return { seed: known, publicKey: keyOf(known).getPublicKey() };
  const key = newUserKey();
  await writeDurably(seedFile(dataDir), `${seedOf(key)}\n`);
  return { seed: seedOf(key), publicKey: key.getPublicKey() };
}

/** Writes `agent.json`; the key stays where it is. */
export async function saveIdentity(dataDir: string, { seed: _, ...identity }: Identity): Promise<void> {
  await writeDurably(identityFile(dataDir), `${JSON.stringify(identity, undefined, 2)}\n`);
}

/** Credentials as the service sends them, in the form they are kept in. */
export function credentialsFrom(message: BusCredentials, receivedMs: number): Credentials {
  return { ...accessFrom(message, receivedMs), ...firstKeys(message.signingKeys, message.keySets) };
}

/** The part of credentials that each renewal replaces; whose tasks to accept is not in it. */
export function accessFrom({ servers, jwt }: BusCredentials, receivedMs: number): Omit<Credentials, keyof PinnedKeys> {
  return { servers, jwt, receivedMs };
}

/** As the bus wants it. */
export function busIdentity({ credentials, seed }: Identity): BusIdentity {
  return { jwt: credentials.jwt, seed };
}

/** The tenant's NATS account, which the server made part of the credentials. */
export function tenantOf({ jwt }: Credentials): string {
  const { nats, iss } = claimsOf(jwt);
  return nats?.issuer_account ?? iss;
}

/** When half of the credentials' life is over, in milliseconds by this machine's clock, however wrong that is. */
export function halfLifeMs({ jwt, receivedMs }: Credentials): number {
  const { iat, exp } = claimsOf(jwt);
  return exp === undefined ? Number.POSITIVE_INFINITY : receivedMs + ((exp - iat) * 1_000) / 2;
}

interface Claims {
  readonly iss: string;
  /** Seconds since 1970 by the service's clock. */
  readonly iat: number;
  readonly exp?: number;
  readonly nats?: { readonly issuer_account?: string };
}

function claimsOf(jwt: string): Claims {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
