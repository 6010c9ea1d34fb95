import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as dialTls } from 'node:tls';
import { promisify } from 'node:util';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { AuthorizationService, Health, SessionService, TokenService } from '@muster/contract';
import {
  bearer,
  createServiceClient,
  grpcTransport,
  type PeerSecurity,
  peerCredentials,
  signExchange,
} from '@muster/rpc';
import { silentLogger, throwAwayAuthority } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ports } from '../src/ports.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { sayHello } from './sessions/hello.ts';

let fixture: Fixture;
let ca: string;
/** What a stranger made for itself. */
let foreign: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
/** Every port of the installation by who listens there. */
let ports: Record<string, number>;

beforeAll(async () => {
  fixture = await startFixture(2, { tls: true });
  const { url, grpc, natsUrl, caFile } = fixture.constellation;
  ca = caFile!;
  const stranger = throwAwayAuthority(join(fixture.folder, 'stranger'));
  foreign = { caFile: stranger.caFile, ...stranger.issue('stranger') };
  const { terminal } = JSON.parse(readFileSync(join(fixture.folder, 'data', 'ports.json'), 'utf8')) as Ports;
  const addresses = { ...grpc, gateway: new URL(url).host, bus: new URL(natsUrl).host };
  const known = Object.entries(addresses).map(([name, host]) => [name, Number(host.split(':')[1])] as const);
  ports = { ...Object.fromEntries(known), terminal };
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const SERVICES = ['iam', 'command', 'invocation', 'session'] as const;

/** Asks a service as its peers do, with what they show. */
async function health(service: (typeof SERVICES)[number], security: Partial<PeerSecurity>): Promise<unknown> {
  const address = `localhost:${ports[service]}`;
  const shown = { peersCa: '', peersCert: '', peersKey: '', allowPlaintext: false, ...security };
  const transport = grpcTransport({ address, credentials: peerCredentials(address, shown, silentLogger) });
  try {
    return (await createServiceClient(Health, transport, { timeoutMs: 3_000 }).check({})).status;
  } catch (error) {
    return (error as { kind?: string }).kind ?? error;
  } finally {
    transport.close();
  }
}

/** Shows nothing, and believes this authority. */
const believing = (caFile: string) =>
  peerCredentials('', { peersCa: caFile, peersCert: '', peersKey: '', allowPlaintext: false }, silentLogger);

const certificateOf = (name: string) => ({
  peersCert: join(fixture.folder, 'data', 'tls', `${name}.pem`),
  peersKey: join(fixture.folder, 'data', 'tls', `${name}.key`),
});

/** What a server says to this, until it closes or a while has passed. */
function plain(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket: Socket = dial(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}

/** Whether a TLS handshake with whoever believes this authority goes well. */
function handshake(port: number, caFile: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = dialTls({ port, host: '127.0.0.1', ca: readFileSync(caFile), ALPNProtocols: ['h2', 'http/1.1'] });
    socket.once('secureConnect', () => resolve(String(socket.alpnProtocol)));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
  });
}

it('runs a command on two machines with TLS on every hop', async () => {
  const { url, natsUrl } = fixture.constellation;
  expect([new URL(url).protocol, new URL(natsUrl).protocol]).toEqual(['https:', 'tls:']);
  const run = await fixture.muster(['run', 'echo over TLS', '-t', 'web-*']);
  expect(run.stderr + run.stdout).toMatch(/web-1[^\n]*over TLS/);
  expect(run.stdout).toMatch(/web-2[^\n]*over TLS/);
  expect(run.code).toBe(0);
  const kept = JSON.parse(readFileSync(join(fixture.constellation.machines[0]!.dataDir, 'agent.json'), 'utf8'));
  expect(kept.credentials.servers).toEqual([natsUrl]);
}, 60_000);

it('opens a terminal with TLS on every hop', async () => {
  const { url, root, machines } = fixture.constellation;
  const grpc = grpcTransport({ address: `localhost:${ports.gateway}`, credentials: believing(ca) });
  const { token } = await createServiceClient(TokenService, grpc).exchangeAccessKey(signExchange(root, Date.now()));
  grpc.close();
  const asRoot = grpcTransport({
    ...{ address: `localhost:${ports.gateway}`, credentials: believing(ca), interceptors: [bearer(() => token)] },
  });
  const sessions = createServiceClient(SessionService, asRoot);
  const { ticket } = await sessions.openSession({ instanceId: machines[0]!.instanceId });
  const shown = { ticket: ticket!.ticket, token };
  const { frames, socket } = await sayHello(url, shown, { ca: readFileSync(ca), origin: url });
  await expect.poll(() => frames.some(({ kind }) => kind === 'data'), { timeout: 15_000 }).toBe(true);
  socket.terminate();
  await sessions.closeSession({ sessionIds: [ticket!.sessionId] });
  asRoot.close();
}, 60_000);

describe('the one port of the gateway', () => {
  it('speaks HTTP/1.1 and HTTP/2 as clients choose by ALPN, and serves page, Connect and gRPC', async () => {
    const { url, root } = fixture.constellation;
    expect(await handshake(ports.gateway!, ca)).toBe('h2');
    const page = await new Promise<number | undefined>((resolve, reject) => {
      request(url, { ca: readFileSync(ca) }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(page).toBe(200);
    const session = connectHttp2(url, { ca: readFileSync(ca) });
    const status = await new Promise((resolve, reject) => {
      session.on('error', reject);
      session
        .request({ ':path': '/' })
        .on('response', (headers) => resolve(headers[':status']))
        .resume();
    });
    session.close();
    expect(status).toBe(200);
    const grpc = createGrpcTransport({ baseUrl: url, nodeOptions: { ca: readFileSync(ca) } });
    const { token } = await createServiceClient(TokenService, grpc).exchangeAccessKey(signExchange(root, Date.now()));
    expect(token).not.toBe('');
  });

  it('brings the installer to whoever knows its authority, and to nobody else', async () => {
    const { url } = fixture.constellation;
    const { stdout } = await promisify(execFile)('curl', ['-fsS', '--cacert', ca, `${url}/agent/install.sh`]);
    expect(stdout).toContain('muster_agent_install');
    await expect(promisify(execFile)('curl', ['-fsS', `${url}/agent/install.sh`])).rejects.toThrow(/certificate/);
  });

  it('tells a new machine to bring the authority along', async () => {
    const { stdout } = await fixture.muster(['agent', 'install', '--json']);
    const { Line } = JSON.parse(stdout) as { Line: string };
    expect(Line).toContain(`curl -fsSL --cacert ${ca} `);
    expect(Line).toContain(`--ca ${ca}`);
    const prefix = join(fixture.folder, 'new machine');
    const typed = Line.replace('sudo sh -s --', `sh -s -- --prefix '${prefix}' --node '${process.execPath}'`);
    const said = (await promisify(execFile)('sh', ['-c', typed])).stdout;
    expect(said).toMatch(/registered as rins-/);
    expect(readFileSync(join(prefix, 'var/lib/muster-agent/ca.pem'), 'utf8')).toBe(readFileSync(ca, 'utf8'));
  }, 60_000);

  it('is not spoken to by a CLI that does not know its authority, and the CLI says what is missing', async () => {
    const { url, root } = fixture.constellation;
    const stranger = ['login', '--url', url, '--secret-id', root.secretId, '--secret-key-stdin'];
    const login = await fixture.muster(stranger, { context: 'stranger', stdin: root.secretKey });
    expect(login.code).toBe(1);
    expect(login.stderr).toContain('--ca');
  });
});

describe('T2: nobody from outside gets in', () => {
  it('in plaintext, at any port', async () => {
    for (const [name, port] of Object.entries(ports)) {
      if (name === 'bus') continue;
      expect(await plain(port, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'), name).not.toContain('HTTP/1.1 200');
      expect(await plain(port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'), name).not.toMatch(/^\0\0./);
    }
    // the bus says who it is first, and what it wants
    const bus = await plain(ports.bus!, 'CONNECT {"verbose":false}\r\nPING\r\n');
    expect(bus).toContain('"tls_required":true');
    expect(bus).not.toContain('PONG');
  });

  it('who believes another authority, at any port', async () => {
    for (const name of ['gateway', 'terminal', ...SERVICES]) {
      const end = await handshake(ports[name]!, foreign.caFile);
      expect(end, name).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|SIGNATURE/);
    }
  });

  it('to a service without a certificate of the installation, or with a stranger’s, or in plaintext', async () => {
    for (const service of SERVICES) {
      expect(await health(service, { peersCa: ca, ...certificateOf('gateway') }), service).toBe(1);
      expect(await health(service, { peersCa: ca }), service).toBe('unavailable');
      const stranger = { peersCert: foreign.certFile, peersKey: foreign.keyFile };
      expect(await health(service, { peersCa: ca, ...stranger }), service).toBe('unavailable');
      expect(await health(service, { peersCa: foreign.caFile, ...certificateOf('gateway') }), service).toBe(
        'unavailable',
      );
      expect(await health(service, {}), service).toBe('unavailable');
    }
  }, 60_000);

  it('to the door for terminals with a certificate alone: only the gateway’s token opens it', async () => {
    const { peersCert, peersKey } = certificateOf('gateway');
    const shown = { ticket: 'A'.repeat(43), token: 'x' };
    const door = `https://localhost:${ports.terminal}`;
    const files = { ca: readFileSync(ca), cert: readFileSync(peersCert), key: readFileSync(peersKey) };
    const forged = { 'x-muster-forwarder-token': 'mine', 'x-muster-forwarded-for': '203.0.113.9' };
    await expect(sayHello(door, shown, { ca: files.ca })).rejects.toThrow();
    await expect(sayHello(door, shown, files)).rejects.toThrow(/40[13]/);
    await expect(sayHello(door, shown, { ...files, headers: forged })).rejects.toThrow(/40[13]/);
  });

  it('with a certificate alone: a peer has to say who it is, too', async () => {
    const address = `localhost:${ports.iam}`;
    const security = { peersCa: ca, ...certificateOf('command-svc'), allowPlaintext: false };
    const transport = grpcTransport({ address, credentials: peerCredentials(address, security, silentLogger) });
    const iam = createServiceClient(AuthorizationService, transport, { timeoutMs: 3_000 });
    await expect(iam.authenticate({})).rejects.toMatchObject({ kind: 'unauthenticated' });
    transport.close();
  });
});
