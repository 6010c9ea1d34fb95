import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectServiceBus, writeServerConfig } from '@muster/bus';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatsServer, silentLogger, startNatsServer, tempDirectory, throwAwayAuthority } from '../src/index.ts';

const folder = tempDirectory('muster-bus-');
const authority = throwAwayAuthority(folder.path);
let plain: NatsServer;
let guarded: NatsServer;
beforeAll(async () => {
  plain = await startNatsServer();
  guarded = await startNatsServer({ tls: { ...authority.issue('nats-server'), caFile: authority.caFile } });
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await guarded[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** A connection of iam-svc, made and ended. */
async function connectTo({ url, installation }: NatsServer, { as = url, caFile = '' } = {}): Promise<void> {
  const access = { name: 'iam-svc', url: as, credsFile: installation.credsFile('iam-svc'), caFile };
  await using _ = await connectServiceBus({ ...access, logger: silentLogger });
}

/** Why a single attempt to connect came to nothing. */
async function refusal(options: Parameters<typeof connect>[0]): Promise<string> {
  try {
    await (await connect({ ...options, reconnect: false, timeout: 2_000 })).close();
    return '';
  } catch (error) {
    return String((error as Error).message);
  }
}

it('a server from the generated configuration runs with the limits of the recipe, and shows them to this machine alone', async () => {
  const { directory } = plain.installation;
  const file = readdirSync(directory).find((name) => name.endsWith('.ports'))!;
  const { monitoring } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as { monitoring: string[] };
  expect(monitoring.map((url) => new URL(url).hostname)).toEqual(['127.0.0.1']);
  const varz = (await (await fetch(`${monitoring[0]}/varz`)).json()) as Record<string, unknown>;
  expect(varz).toMatchObject({
    auth_required: true,
    auth_timeout: 10,
    ping_interval: 20e9,
    ping_max: 2,
    max_payload: 1 << 20,
    max_pending: 16 * 2 ** 20,
    write_deadline: 5e9,
    http_host: '127.0.0.1',
  });
});

it('a bus that others can reach is not configured without TLS', async () => {
  const config = { host: '0.0.0.0', port: -1, dataDirectory: join(folder.path, 'jetstream') };
  await expect(writeServerConfig(plain.installation, config)).rejects.toThrow('needs TLS');
});

describe('T4: a bus with TLS', () => {
  it('lets in who believes its authority', async () => {
    expect(guarded.url).toMatch(/^tls:/);
    await connectTo(guarded, { caFile: authority.caFile });
  });

  it('is spoken to neither in plaintext nor by who believes another authority', async () => {
    const servers = guarded.url.replace('tls:', 'nats:');
    expect(await refusal({ servers, tls: null })).not.toBe('');
    const stranger = throwAwayAuthority(join(folder.path, 'stranger'));
    expect(await refusal({ servers: guarded.url, tls: { caFile: stranger.caFile } })).toMatch(/certificate|signature/);
    expect(await refusal({ servers: guarded.url, tls: {} })).toMatch(/certificate/);
  });

  it('that turns out to have none is not told who calls: somebody may have taken it away on the way', async () => {
    const servers = plain.url.replace('nats:', 'tls:');
    expect(await refusal({ servers, tls: {} })).not.toBe('');
  });

  it('is the only one that a service speaks to over a network, unless it is told otherwise', async () => {
    await expect(connectTo(plain, { as: 'nats://bus.internal:4222' })).rejects.toThrow(/MUSTER_NATS_URL as tls:/);
  });
});
