import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everybody who calls another service. */
const SERVICES = ['iam-svc', 'command-svc', 'invocation-svc', 'session-svc', 'gateway'] as const;

/** Makes each service's Ed25519 identity once: `<name>.pem` (0600) for itself, `<name>.pub` for whoever must know it. */
export function ensureServiceKeys(directory: string): { privateKeyFile(name: string): string; publicKeys: string } {
  const publicKeys = join(directory, 'public');
  mkdirSync(publicKeys, { recursive: true, mode: 0o700 });
  const privateKeyFile = (name: string) => join(directory, `${name}.pem`);
  for (const name of SERVICES) {
    if (existsSync(privateKeyFile(name))) continue;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(publicKeys, `${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(privateKeyFile(name), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return { privateKeyFile, publicKeys };
}
