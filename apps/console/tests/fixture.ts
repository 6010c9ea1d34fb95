import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRpcServer } from '@muster/rpc';
import { type FakeAuthorizer, fakeAuthorizer, silentLogger, startBrowser, tempDirectory } from '@muster/testkit';
import { build } from 'vite';
import { WebSocketServer } from 'ws';
import { services } from './services.ts';
import { openVisitor, signIn, type Visitor, type VisitorOptions } from './visitor.ts';
import { World } from './world.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The built console behind the real gateway, in front of scripted services, and a real browser to look at it. */
export interface Fixture extends AsyncDisposable {
  readonly url: string;
  readonly world: World;
  readonly authorizer: FakeAuthorizer;
  /** An empty world where everything is allowed. */
  reset(): void;
  /** Somebody with a browser: signed in, unless a stranger is wanted. */
  visitor(options?: Omit<VisitorOptions, 'session'> & { stranger?: boolean }): Promise<Visitor>;
}

/** Builds the console, and starts everything behind it and the browser in front of it. It takes seconds: once for all tests. */
export async function startFixture(): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(tempDirectory('muster-console-'));
  const consoleDir = join(folder.path, 'dist');
  const world = new World();
  const authorizer = fakeAuthorizer();
  const browser = starting.adopt(await startBrowser(), (each) => each.close());
  await build({
    configFile: here('../vite.config.ts'),
    logLevel: 'error',
    build: { outDir: consoleDir, emptyOutDir: true },
  });
  const url = await startGateway(starting, { world, authorizer, folder: folder.path, consoleDir });
  const session = await sessionOf(await openVisitor(browser, url), world);
  const running = starting.move();
  return {
    url,
    world,
    authorizer,
    reset() {
      world.clear();
      authorizer.decide = () => true;
    },
    visitor: ({ stranger = false, ...options } = {}) =>
      openVisitor(browser, url, { ...options, ...(!stranger && { session }) }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What signing in leaves in the tab, for everybody who need not do it again. */
async function sessionOf(visitor: Visitor, { password }: World): Promise<Record<string, string>> {
  await using stranger = visitor;
  await stranger.page.goto('/');
  await signIn(stranger.page, password);
  return await stranger.page.evaluate(() => ({ ...sessionStorage }));
}

/** Starts the gateway before the scripted services, and gives its address. */
async function startGateway(
  starting: AsyncDisposableStack,
  { world, authorizer, folder, consoleDir }: GatewayParts,
): Promise<string> {
  const addresses: Record<string, string> = {};
  for (const [name, bindings] of Object.entries(services(world))) {
    const server = starting.use(
      await startRpcServer({
        listen: '127.0.0.1:0',
        services: bindings,
        guard: { authorizer, region: 'ap-guangzhou' },
        logger: silentLogger,
      }),
    );
    addresses[name] = server.address;
  }
  const door = starting.use(await startDoor(world));
  const key = join(folder, 'gateway.key');
  writeFileSync(key, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  const gateway = fork(here('../../gateway/src/main.ts'), {
    env: {
      ...process.env,
      MUSTER_LISTEN: '127.0.0.1:0',
      MUSTER_IAM_ADDRESS: addresses.iam,
      MUSTER_COMMAND_ADDRESS: addresses.command,
      MUSTER_INVOCATION_ADDRESS: addresses.invocation,
      MUSTER_SESSION_ADDRESS: addresses.session,
      MUSTER_TERMINAL_ADDRESS: door.address,
      MUSTER_SERVICE_KEY: key,
      MUSTER_CONSOLE_DIR: consoleDir,
      MUSTER_LOG_LEVEL: 'silent',
    },
  });
  starting.defer(() => stop(gateway));
  const [{ url }] = (await once(gateway, 'message')) as [{ url: string }];
  return url;
}

interface GatewayParts {
  readonly world: World;
  readonly authorizer: FakeAuthorizer;
  /** For what it keeps. */
  readonly folder: string;
  readonly consoleDir: string;
}

/** session-svc's door for terminals, before the scripted shells. */
async function startDoor({ shells }: World): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    if (shells.door === 'shut') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (webSocket) => shells.enter(webSocket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
