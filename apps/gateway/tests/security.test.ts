import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Certificates, type ListenerSecurity, listenerCertificates, peerCredentials } from '@muster/rpc';
import { eventually, PLAINTEXT, silentLogger, tempDirectory, throwAwayAuthority } from '@muster/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { openPort } from '../src/one-port.ts';

const folder = tempDirectory('muster-tls-');
afterAll(() => folder[Symbol.dispose]());
const authority = throwAwayAuthority(folder.path);
const first = authority.issue('first');
const second = authority.issue('second');

/** The name in the certificate that is shown there. */
function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { port, host: '127.0.0.1', ca: new Certificates({ ca: authority.caFile }).current.ca! },
      () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      },
    );
    socket.once('error', reject);
  });
}

describe('T2: a listener', () => {
  const refusal = (listen: string, given: Partial<ListenerSecurity>) => {
    try {
      listenerCertificates(listen, { ...PLAINTEXT, ...given }, silentLogger);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const { certFile: tlsCert, keyFile: tlsKey } = first;

  it.each([
    ['127.0.0.1:8080', {}, ''],
    ['127.9.9.9:8080', {}, ''],
    ['localhost:0', {}, ''],
    ['[::1]:8080', {}, ''],
    ['0.0.0.0:8080', {}, 'MUSTER_LISTEN is `0.0.0.0:8080`, which others can reach'],
    ['[::]:8080', {}, 'set MUSTER_TLS_CERT and MUSTER_TLS_KEY'],
    ['10.0.0.5:8080', {}, 'MUSTER_ALLOW_PLAINTEXT=true'],
    ['127.0.0.1.example.com:8080', {}, 'others can reach'],
    ['muster.example.com:443', {}, 'others can reach'],
    ['10.0.0.5:8080', { allowPlaintext: true }, ''],
    ['10.0.0.5:8080', { tlsCert, tlsKey }, ''],
    ['127.0.0.1:8080', { tlsCert }, 'MUSTER_TLS_CERT and MUSTER_TLS_KEY belong together'],
    ['127.0.0.1:8080', { tlsKey, allowPlaintext: true }, 'belong together'],
    ['127.0.0.1:8080', { tlsClientCa: authority.caFile }, 'MUSTER_TLS_CLIENT_CA'],
    ['127.0.0.1:8080', { tlsCert, tlsKey: second.keyFile }, 'cannot be used'],
    ['127.0.0.1:8080', { tlsCert, tlsKey: '/nowhere.key' }, '/nowhere.key'],
  ] as const)('on %s with %j: %s', (listen, given, words) => {
    const said = refusal(listen, given);
    if (words === '') expect(said).toBe('');
    else expect(said).toContain(words);
  });

  it.each([
    ['127.0.0.1:7001', {}, ''],
    ['iam.internal:7001', {}, 'set MUSTER_PEERS_CA'],
    ['iam.internal:7001', { allowPlaintext: true }, ''],
    ['iam.internal:7001', { peersCa: authority.caFile }, ''],
    ['iam.internal:7001', { peersCa: authority.caFile, peersCert: tlsCert, peersKey: tlsKey }, ''],
    ['127.0.0.1:7001', { peersCert: tlsCert, peersKey: tlsKey }, 'set MUSTER_PEERS_CA too'],
    ['127.0.0.1:7001', { peersCa: authority.caFile, peersKey: tlsKey }, 'belong together'],
  ] as const)('that is called, %s with %j: %s', (address, given, words) => {
    const call = () => peerCredentials(address, { ...PLAINTEXT, ...given }, silentLogger);
    if (words === '') expect(call).not.toThrow();
    else expect(call).toThrow(words);
  });
});

it('shows a certificate that was renewed to whoever connects next; half a renewal changes nothing', async () => {
  const [certFile, keyFile] = [join(folder.path, 'live.pem'), join(folder.path, 'live.key')];
  copyFileSync(first.certFile, certFile);
  copyFileSync(first.keyFile, keyFile);
  const warned: unknown[] = [];
  const logger = { info() {}, warn: (data: unknown) => warned.push(data) } as never;
  const certificates = new Certificates({ cert: certFile, key: keyFile }, { logger, everyMs: 20 });
  await using server = await openPort('127.0.0.1:0', (_, response) => void response.end(), { certificates });
  const port = Number(server.address.split(':')[1]);
  expect(await shown(port)).toBe('first');
  copyFileSync(second.certFile, certFile);
  await eventually('the half renewal to be noticed', () => warned.length > 0);
  expect(await shown(port)).toBe('first');
  copyFileSync(second.keyFile, keyFile);
  await eventually('the renewal to be noticed', async () => (await shown(port)) === 'second');
  writeFileSync(certFile, 'no certificate');
  warned.length = 0;
  await eventually('the damage to be noticed', () => warned.length > 0);
  expect(await shown(port)).toBe('second');
});
