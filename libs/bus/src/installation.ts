import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLoopback } from '@muster/kernel';
import { fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser } from '@nats-io/nkeys';
import {
  type BusKey,
  CONTROL_PERMISSIONS,
  eventsAccountJwt,
  keyOf,
  operatorJwt,
  SERVICE_PERMISSIONS,
  SETUP_PERMISSIONS,
  type ServicePermissions,
  seedOf,
  servicesAccountJwt,
  serviceUserJwt,
  systemAccountJwt,
} from './claims.ts';

/** The keys and files of one installation's bus, in one folder of mode 0700. */
export interface BusInstallation {
  readonly directory: string;
  /** The public key of the services' account. */
  readonly servicesAccount: string;
  /** The credentials file of a service, of `control` (system account) or of `setup` (events' account). */
  credsFile(name: string): string;
  /** Holds the seed of the operator's signing key: signs tenants' accounts. */
  readonly operatorSigningFile: string;
}

const KEYS = ['operator', 'operator-signing', 'system', 'events', 'services'] as const;

/** Makes the operator, the accounts and every service's credentials, once; later calls find them. Nothing is ever baked in. */
export async function ensureBusInstallation(directory: string): Promise<BusInstallation> {
  const installation: Omit<BusInstallation, 'servicesAccount'> = {
    directory,
    credsFile: (name) => join(directory, `${name}.creds`),
    operatorSigningFile: join(directory, 'operator-signing.seed'),
  };
  await mkdir(join(directory, 'accounts'), { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const seedFile = (name: string) => join(directory, `${name}.seed`);
  // the last file written tells that the set is complete
  if (!existsSync(seedFile('services'))) {
    const made: Record<(typeof KEYS)[number], BusKey> = {
      operator: createOperator(),
      'operator-signing': createOperator(),
      system: createAccount(),
      events: createAccount(),
      services: createAccount(),
    };
    for (const name of KEYS) await writeSecret(seedFile(name), seedOf(made[name]));
  }
  const key = async (name: (typeof KEYS)[number]) => keyOf((await readFile(seedFile(name), 'utf8')).trim());
  const [operator, signing, system, events, services] = [
    await key('operator'),
    await key('operator-signing'),
    await key('system'),
    await key('events'),
    await key('services'),
  ];

  await writeFile(join(directory, 'operator.jwt'), await operatorJwt({ operator, signing, system }));
  await writeAccount(directory, system, await systemAccountJwt(system, signing));
  await writeAccount(directory, events, await eventsAccountJwt(events, signing));
  await writeAccount(directory, services, await servicesAccountJwt(services, events.getPublicKey(), signing));
  const writeCreds = async (name: string, account: BusKey, permissions: ServicePermissions) => {
    const user = createUser();
    const jwt = await serviceUserJwt(name, user, account, permissions);
    await writeSecret(installation.credsFile(name), fmtCreds(jwt, user));
  };
  for (const [name, permissions] of Object.entries(SERVICE_PERMISSIONS)) await writeCreds(name, services, permissions);
  await writeCreds('setup', events, SETUP_PERMISSIONS);
  await writeCreds('control', system, CONTROL_PERMISSIONS);
  return { ...installation, servicesAccount: services.getPublicKey() };
}

/** How the server listens and keeps what it is given. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** PEM files; plaintext, on loopback only, when absent. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly caFile: string } | undefined;
}

/** The server's configuration: operator mode refuses everybody without a JWT of ours, and the resolver keeps tenants' claims. */
export async function writeServerConfig(
  installation: BusInstallation,
  { host, port, dataDirectory, tls }: ServerConfig,
): Promise<string> {
  if (!tls && !isLoopback(host))
    throw new Error(`a bus on \`${host}\` needs TLS: agents would send their credentials in the clear`);
  const system = keyOf((await readFile(join(installation.directory, 'system.seed'), 'utf8')).trim()).getPublicKey();
  const file = join(installation.directory, 'nats-server.conf');
  await writeFile(
    file,
    `# Written by Muster at every start; do not edit.
listen: "${host}:${port}"
operator: ${JSON.stringify(join(installation.directory, 'operator.jwt'))}
system_account: ${system}
resolver: { type: full, dir: ${JSON.stringify(join(installation.directory, 'accounts'))}, allow_delete: true }
authorization { timeout: 10 }
${tls ? `tls { cert_file: ${JSON.stringify(tls.certFile)}, key_file: ${JSON.stringify(tls.keyFile)}, timeout: 5 }\n` : ''}http: "127.0.0.1:-1"
jetstream { store_dir: ${JSON.stringify(dataDirectory)} }
ports_file_dir: ${JSON.stringify(installation.directory)}
ping_interval: "20s"
ping_max: 2
max_pending: 16MB
write_deadline: "5s"
max_payload: 1MB
`,
    { mode: 0o600 },
  );
  return file;
}

async function writeAccount(directory: string, account: BusKey, jwt: string): Promise<void> {
  await writeFile(join(directory, 'accounts', `${account.getPublicKey()}.jwt`), jwt, { mode: 0o600 });
}

async function writeSecret(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content, { mode: 0o600 });
  await chmod(file, 0o600);
}
