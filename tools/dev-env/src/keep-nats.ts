import { join } from 'node:path';
import { type NatsServerOptions, startNatsServer } from '@muster/testkit';

/** Keeps nats-server running on its port, as `manage` does for our own programs. */
export async function keepNats(
  folder: string,
  { port, tls }: Pick<NatsServerOptions, 'port' | 'tls'>,
  restarted: (name: string, how: string) => void,
) {
  let stopping = false;
  let running = true;
  const start = async () => {
    const started = await startNatsServer({ directory: join(folder, 'nats'), port, tls });
    running = true;
    return started;
  };
  let server = await start();
  const watch = async (): Promise<void> => {
    for (;;) {
      await server.exited;
      running = false;
      if (stopping) return;
      restarted('nats-server', 'ended');
      server = await start();
      if (stopping) await server[Symbol.asyncDispose]();
    }
  };
  const watching = watch();
  return {
    current: () => server,
    signal: (name: NodeJS.Signals) => running && process.kill(server.pid, name),
    async [Symbol.asyncDispose]() {
      stopping = true;
      await server[Symbol.asyncDispose]();
      await watching;
    },
  };
}
