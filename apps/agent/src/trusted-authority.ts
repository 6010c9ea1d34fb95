import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, setDefaultCACertificates } from 'node:tls';
import { writeDurably } from './spool/durable.ts';

const authorityFile = (dataDir: string) => join(dataDir, 'ca.pem');

/** Keeps the authority in this PEM file as the only one whose certificates this machine's agent believes. Throws an Error for people. */
export async function keepAuthority(dataDir: string, caFile: string): Promise<void> {
  let authority: string;
  try {
    authority = readFileSync(caFile, 'utf8');
    createSecureContext({ ca: authority });
  } catch (error) {
    throw new Error(`--ca ${caFile}: the authority's certificate cannot be used: ${(error as Error).message}`);
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o700);
  await writeDurably(authorityFile(dataDir), authority);
}

/**
 * Makes this process believe the kept authority and no other, at the gateway and on the bus. Without one it believes those that Node.js
 * knows, with NODE_EXTRA_CA_CERTS or NODE_USE_SYSTEM_CA=1 more of them.
 */
export function trustKeptAuthority(dataDir: string): void {
  const file = authorityFile(dataDir);
  if (existsSync(file)) setDefaultCACertificates([readFileSync(file, 'utf8')]);
}
