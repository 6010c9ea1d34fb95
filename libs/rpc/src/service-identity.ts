import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';

const AUDIENCE = 'muster-services';
const LIFETIME_SECONDS = 60;
/** A token is replaced this long before it ends, so that none expires on its way. */
const MARGIN_SECONDS = 20;

/** One of Muster's services, proven by its own Ed25519 key. Nothing inside trusts the network. */
export interface ServiceIdentity {
  readonly name: string;
  /** A bearer token that says so for a minute; the same one is handed out until it is about to end. */
  token(): Promise<string>;
}

/** Reads a service's private key (PKCS#8 PEM, mode 0600). */
export async function loadServiceIdentity(name: string, keyFile: string): Promise<ServiceIdentity> {
  return serviceIdentity(name, createPrivateKey(await readFile(keyFile)));
}

/** The identity that goes with a private key. */
export function serviceIdentity(name: string, key: KeyObject): ServiceIdentity {
  let current: { token: string; expires: number } | undefined;
  return {
    name,
    async token() {
      const now = Math.floor(Date.now() / 1000);
      if (!current || now > current.expires - MARGIN_SECONDS) {
        const expires = now + LIFETIME_SECONDS;
        const token = await new SignJWT({})
          .setProtectedHeader({ alg: 'EdDSA', kid: `service:${name}` })
          .setAudience(AUDIENCE)
          .setSubject(name)
          .setIssuedAt(now)
          .setExpirationTime(expires)
          .sign(key);
        current = { token, expires };
      }
      return current.token;
    },
  };
}

/** Public keys by service name. */
export type ServiceKeys = ReadonlyMap<string, KeyObject>;

/** Reads `<name>.pub` (SPKI PEM) for every service of the installation. */
export async function loadServiceKeys(directory: string): Promise<ServiceKeys> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.pub'));
  const keys = await Promise.all(
    files.map(
      async (file) => [basename(file, '.pub'), createPublicKey(await readFile(join(directory, file)))] as const,
    ),
  );
  return new Map(keys);
}

/** Tokens whose signature is not verified again. A service has one at a time, for a minute, so there are few. */
const REMEMBERED = 1_024;

interface Verified {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

/** Only what was verified gets in, so forged tokens push nothing out. */
const verified = new WeakMap<ServiceKeys, Map<string, Verified>>();

/** The name of the service that a token proves, or undefined when it proves none. */
export async function verifyServiceToken(token: string, keys: ServiceKeys): Promise<string | undefined> {
  let remembered = verified.get(keys);
  if (!remembered) {
    remembered = new Map();
    verified.set(keys, remembered);
  }
  const known = remembered.get(token);
  if (known) return Date.now() < known.endsAt ? known.name : undefined;
  const found = await verify(token, keys);
  if (!found) return undefined;
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(token, found);
  return found.name;
}

async function verify(token: string, keys: ServiceKeys): Promise<Verified | undefined> {
  try {
    const name = /^service:(.+)$/.exec(decodeProtectedHeader(token).kid ?? '')?.[1];
    const key = name === undefined ? undefined : keys.get(name);
    if (name === undefined || !key) return undefined;
    const { payload } = await jwtVerify(token, key, { audience: AUDIENCE, algorithms: ['EdDSA'] });
    return payload.sub === name && payload.exp !== undefined ? { name, endsAt: payload.exp * 1_000 } : undefined;
  } catch {
    return undefined;
  }
}
