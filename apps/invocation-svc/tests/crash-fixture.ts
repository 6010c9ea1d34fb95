import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { EnrollmentService, InstanceKind, InstanceService, InvocationService } from '@muster/contract';
import { bearer, createServiceClient, grpcTransport } from '@muster/rpc';
import type { FailPoint } from '@muster/telemetry';
import { type NatsServer, type StartedProgram, startNatsServer, startProgram, tempDirectory } from '@muster/testkit';
import type { Config } from '../src/config.ts';
import { connectFakeAgent, type FakeAgent, registerMachine } from './fake-agent.ts';
import { openStoreOf, testConfig } from './runs-fixture.ts';
import { checkHistory, recordHistory } from './state-history.ts';

const PROCESS = new URL('./service-process.ts', import.meta.url).pathname;

/** The service as a real process on a real bus, for tests that kill it. The history of its store is checked when it is disposed of. */
export interface Mortal extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly config: Config;
  runs(): Client<typeof InvocationService>;
  /** A registered machine that has opened its first session. */
  agent(): Promise<FakeAgent>;
  /** Does something in the course of which the process kills itself at a fail point, the `nth` time it gets there, and starts it again. */
  diesAt(point: FailPoint, act: () => Promise<unknown>, nth?: number): Promise<void>;
}

/** Starts it with a new store. */
export async function startMortal(settings: Partial<Config> = {}): Promise<Mortal> {
  await using starting = new AsyncDisposableStack();
  const nats = starting.use(await startNatsServer());
  const folder = starting.use(tempDirectory('muster-mortal-'));
  const config = testConfig(nats, folder.path, settings);
  const file = join(folder.path, 'invocation.db');
  await (await openStoreOf(config)).destroy();
  recordHistory(file);
  starting.defer(() => checkHistory(file));
  const start = () => startProgram(PROCESS, { args: [JSON.stringify(config)] });
  let process: StartedProgram | undefined = await start();
  starting.defer(async () => {
    await process?.stop('SIGTERM');
  });
  const running = starting.move();
  const client = <S extends DescService>(service: S, credential?: string): Client<S> => {
    if (!process) throw new Error('the service is dead');
    const interceptors = credential ? [bearer(() => credential)] : [];
    const transport = grpcTransport({ address: process.address, interceptors });
    running.defer(() => transport.close());
    return createServiceClient(service, transport);
  };
  return {
    nats,
    config,
    runs: () => client(InvocationService, 'root'),
    async agent() {
      const code = await client(InstanceService, 'root').createRegisterCode({ instanceKind: InstanceKind.CVM });
      const agent = running.use(await connectFakeAgent(await registerMachine(client(EnrollmentService), code)));
      await agent.hello();
      return agent;
    },
    async diesAt(point, act, nth = 1) {
      const dying = process!;
      dying.child.send({ arm: `${point}:kill:${nth}` });
      // whatever is asked of it may stay without an answer
      act().catch(() => undefined);
      const [code, signal] = await dying.ended;
      if (signal !== 'SIGKILL') throw new Error(`it ended with ${code ?? signal}, not at ${point}`);
      process = undefined;
      process = await start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
