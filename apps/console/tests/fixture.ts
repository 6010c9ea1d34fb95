import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRpcServer } from '@muster/rpc';
import { type FakeAuthorizer, fakeAuthorizer, silentLogger, tempDirectory } from '@muster/testkit';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { WebSocketServer } from 'ws';
import { services } from './services.ts';
import { World } from './world.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The built console behind the real gateway, in front of scripted services, in a real browser. */
export interface Fixture extends AsyncDisposable {
  readonly url: string;
  readonly world: World;
  readonly authorizer: FakeAuthorizer;
  /** An empty world where everything is allowed. */
  reset(): void;
  /** A page in a profile of its own; everything a page reports as wrong is collected in `complaints`. */
  open(options?: { width?: number; height?: number; dark?: boolean }): Promise<OpenPage>;
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts, and breaches of the content security policy. */
  readonly complaints: string[];
  /** How often leaving the page asked; it was left nevertheless. */
  readonly departures: string[];
  signIn(): Promise<void>;
}

/** Builds the console into `consoleDir`. Once per file of tests is enough. */
export async function buildConsole(consoleDir: string): Promise<void> {
  await build({
    configFile: here('../vite.config.ts'),
    logLevel: 'error',
    build: { outDir: consoleDir, emptyOutDir: true },
  });
}

/** Starts everything behind the page. */
export async function startFixture(consoleDir: string, browser: Browser, world = new World()): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(tempDirectory('muster-console-'));
  const authorizer = fakeAuthorizer();
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
  const key = join(folder.path, 'gateway.key');
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
  const running = starting.move();
  return {
    url,
    world,
    authorizer,
    reset() {
      world.clear();
      authorizer.decide = () => true;
    },
    open: (options) => openPage({ url, world, browser }, options),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
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

async function openPage(
  { url, world, browser }: { url: string; world: World; browser: Browser },
  { width = 1440, height = 900, dark = false }: { width?: number; height?: number; dark?: boolean } = {},
): Promise<OpenPage> {
  const profile = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  });
  const page = await profile.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text());
  });
  const departures: string[] = [];
  page.on('dialog', (dialog) => {
    if (dialog.type() === 'beforeunload') {
      departures.push(page.url());
      void dialog.accept();
      return;
    }
    complaints.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return {
    page,
    complaints,
    departures,
    async signIn() {
      await page.getByLabel('User').fill('root');
      await page.getByLabel('Password', { exact: true }).fill(world.password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Instances' }).waitFor();
    },
    [Symbol.asyncDispose]: () => profile.close(),
  };
}
