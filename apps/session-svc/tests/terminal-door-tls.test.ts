import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceIdentity } from '@muster/rpc';
import { silentLogger, tempDirectory, throwAwayAuthority } from '@muster/testkit';
import { expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { openTerminalDoor } from '../src/terminal-door.ts';
import { gatewayHeaders } from './scripted-client.ts';

it('speaks TLS with its certificate, and only with callers that show one of the authority where that is asked for', async () => {
  using folder = tempDirectory('muster-door-');
  const { caFile, issue } = throwAwayAuthority(join(folder.path, 'tls'));
  const [own, gateways] = [issue('session-svc'), issue('gateway')];
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await using door = await openTerminalDoor({
    listen: '127.0.0.1:0',
    security: { tlsCert: own.certFile, tlsKey: own.keyFile, tlsClientCa: caFile, allowPlaintext: false },
    serviceKeys: new Map([['gateway', publicKey]]),
    logger: silentLogger,
    hello: async (socket) => socket.close(1000, 'heard'),
  });
  const headers = gatewayHeaders(await serviceIdentity('gateway', privateKey).token());
  const opened = async (more: ClientOptions) => {
    const socket = new WebSocket(`wss://${door.address}/terminal`, { headers, ca: readFileSync(caFile), ...more });
    const outcome = await once(socket, 'open').then(
      () => 'open',
      () => 'refused',
    );
    socket.terminate();
    return outcome;
  };
  const shown = { cert: readFileSync(gateways.certFile), key: readFileSync(gateways.keyFile) };
  expect(await opened(shown)).toBe('open');
  expect(await opened({})).toBe('refused');
});

it('does not open in plaintext where others can reach it', async () => {
  const opening = openTerminalDoor({
    listen: '0.0.0.0:0',
    security: { tlsCert: '', tlsKey: '', allowPlaintext: false },
    serviceKeys: new Map(),
    logger: silentLogger,
    hello: async () => undefined,
  });
  await expect(opening).rejects.toThrow('MUSTER_TERMINAL_LISTEN is `0.0.0.0:0`, which others can reach');
});
