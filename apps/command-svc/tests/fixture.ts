import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { CommandInternalService, CommandService, type CreateCommandRequestSchema } from '@muster/contract';
import type { OutboxMessage } from '@muster/db';
import { Refusal } from '@muster/kernel';
import { bearer, createServiceClient, type GrpcTransport, grpcTransport } from '@muster/rpc';
import {
  type FakeAuthorizer,
  fakeAuthorizer,
  PLAINTEXT,
  silentLogger,
  tempDirectory,
  UNLIMITED,
} from '@muster/testkit';
import type { Config } from '../src/config.ts';
import { startCommandServer } from '../src/server.ts';
import { type LibraryFiles, libraryIn } from './library-files.ts';

/** Which commands are in use, as a test says. */
export interface FakeUse {
  /** Every question, in order. */
  readonly asked: { readonly accountUin: string; readonly ids: readonly string[] }[];
  inInvoker: string[];
  inExecuting: string[];
  /** Nobody answers. */
  away: boolean;
}

/** The service alone on a real socket, with a scripted iam and a bus that remembers. */
export interface Fixture extends AsyncDisposable {
  /** A client that calls as this credential of the fake iam: `root`, `user`, `root@<uin>`, `service:<name>`. */
  as(credential: string): Client<typeof CommandService>;
  readonly internal: Client<typeof CommandInternalService>;
  readonly iam: FakeAuthorizer;
  /** What was published, in order. */
  readonly published: OutboxMessage[];
  /** Stands in for invocation-svc. */
  readonly use: FakeUse;
  /** The service's time; tests move it. */
  readonly clock: { ms: number };
}

/** Starts it on a free port with a new store and this public library. */
export async function startFixture(
  settings: Partial<Config> = {},
  library: LibraryFiles = {},
  { startMs = Date.UTC(2026, 0, 1) } = {},
): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(tempDirectory('muster-command-'));
  const iam = fakeAuthorizer();
  const published: OutboxMessage[] = [];
  const use: FakeUse = { asked: [], inInvoker: [], inExecuting: [], away: false };
  const clock = { ms: startMs };
  const config: Config = {
    ...PLAINTEXT,
    listen: '127.0.0.1:0',
    metricsListen: '',
    stopSeconds: 10,
    dataDir: folder.path,
    masterKeyFile: join(settings.dataDir ?? folder.path, 'master.key'),
    invocationAddress: '',
    region: 'ap-guangzhou',
    logLevel: 'silent',
    reflection: false,
    failPoints: '',
    serviceKey: '',
    serviceKeysDir: folder.path,
    iamAddress: '',
    natsUrl: '',
    natsCreds: '',
    libraryDir: libraryIn(folder.path, library),
    commandQuota: 500,
    ...UNLIMITED,
    ...settings,
  };
  const { address } = starting.use(
    await startCommandServer(config, {
      authorizer: iam,
      publish: async (message) => void published.push(message),
      commandUse: async (accountUin, ids) => {
        if (use.away) throw new Refusal('unavailable', 'ServiceUnavailable', 'nobody answers');
        use.asked.push({ accountUin, ids });
        return { inInvoker: use.inInvoker, inExecuting: use.inExecuting };
      },
      clock: { now: () => clock.ms },
      logger: silentLogger,
    }),
  );
  const transports = new Map<string, GrpcTransport>();
  const transportAs = (credential: string) => {
    const open = transports.get(credential);
    if (open) return open;
    const transport = grpcTransport({ address, interceptors: [bearer(() => credential)] });
    transports.set(credential, transport);
    running.defer(() => transport.close());
    return transport;
  };
  const running = starting.move();
  return {
    as: (credential) => createServiceClient(CommandService, transportAs(credential)),
    internal: createServiceClient(CommandInternalService, transportAs('service:invocation-svc')),
    iam,
    published,
    use,
    clock,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The bytes of a script. */
export const script = (text: string) => new TextEncoder().encode(text);

/** The script that bytes are. */
export const textOf = (content: Uint8Array | undefined) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);

/** Something that CreateCommand accepts. */
export const restart = {
  commandName: 'restart',
  content: script('systemctl restart {{service}}'),
  enableParameter: true,
} satisfies MessageInitShape<typeof CreateCommandRequestSchema>;

/** The refusal that a call ends in; anything else fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => new Error('expected a refusal, got an answer'),
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}
