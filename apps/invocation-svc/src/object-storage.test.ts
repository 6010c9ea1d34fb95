import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '@muster/kernel';
import { type ObjectStore, silentLogger, startObjectStore, tempDirectory } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ObjectStorage, openObjectStorage, presign } from './object-storage.ts';

const BUCKET = 'logs-1250000000';
let store: ObjectStore;
beforeAll(async () => {
  store = await startObjectStore([BUCKET]);
});
afterAll(() => store[Symbol.asyncDispose]());

const bucketUrl = () => `${store.endpoint}/${BUCKET}`;
const place = () => ({ bucketUrl: bucketUrl(), keyPrefix: 'a/b', invocationId: 'inv-1', invocationTaskId: 'invt-1' });

/** The storage of settings that are those of the server unless told otherwise. */
function open(
  settings: Partial<Parameters<typeof openObjectStorage>[0]> = {},
  clock: Clock = { now: Date.now },
): Promise<ObjectStorage> {
  const { secretId: cosSecretId, secretKeyFile: cosSecretKeyFile, endpoint: cosEndpoint } = store;
  return openObjectStorage(
    {
      ...{ cosSecretId, cosSecretKeyFile, cosEndpoint, cosRegion: '', region: 'ap-guangzhou', uploadLimitBytes: 1 },
      ...settings,
    },
    { clock, logger: silentLogger },
  );
}

const put = (url: string, body: string) => fetch(url, { method: 'PUT', body });

describe('signing', () => {
  it('gives what AWS published for its example', async () => {
    const url = await presign({
      method: 'GET',
      url: 'https://examplebucket.s3.amazonaws.com/test.txt',
      region: 'us-east-1',
      credentials: { secretId: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      keys: new Map(),
      now: Date.parse('2013-05-24T00:00:00Z'),
      seconds: 86_400,
    });
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '86400',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    });
  });

  it.each(['', 'a/b', 'a/b/', "it's (a) *star*!", '50%', 'a+b c', '日志/é', 'q?x=1#y', '%2F', '&=;,@:$'])(
    'makes an address for one object that the server takes, with the prefix `%s`',
    async (keyPrefix) => {
      const { putUrl, outputUrl } = await (await open()).upload({ ...place(), keyPrefix }, 60);
      expect((await put(putUrl, keyPrefix)).status).toBe(200);
      expect(putUrl.startsWith(`${outputUrl}?X-Amz-`)).toBe(true);
      expect((await store.object(outputUrl))?.toString()).toBe(keyPrefix);
      // the signature is for this object alone
      expect((await put(putUrl.replace('invt-1', 'invt-2'), 'other')).status).toBe(403);
      expect((await fetch(putUrl, { method: 'DELETE' })).status).toBe(403);
    },
  );

  it('makes an address that is good for a while only', async () => {
    const signedAgo = (ms: number) => open({}, { now: () => Date.now() - ms });
    expect((await put((await (await signedAgo(30_000)).upload(place(), 60)).putUrl, '')).status).toBe(200);
    expect((await put((await (await signedAgo(61_000)).upload(place(), 60)).putUrl, '')).status).toBe(403);
  });

  it('signs for the region that a COS host names, and for nobody else', async () => {
    const cos = 'https://logs-1250000000.cos.ap-shanghai.myqcloud.com/';
    const storage = await open({ cosEndpoint: '', cosRegion: 'eu-frankfurt' });
    const { putUrl, outputUrl } = await storage.upload({ ...place(), bucketUrl: cos }, 60);
    expect(outputUrl).toBe(`${cos}a/b/inv-1/invt-1.log`);
    expect(new URL(putUrl).searchParams.get('X-Amz-Credential')).toMatch(/\/ap-shanghai\/s3\/aws4_request$/);
    expect(await storage.upload(place(), 60)).toMatchObject({ putUrl: '' });
    expect(await (await open()).upload({ ...place(), bucketUrl: cos }, 60)).toMatchObject({ putUrl: '' });
  });
});

describe('a look at the bucket', () => {
  const code = { reason: 'InvalidParameterValue.InvalidOutputCOSBucketUrl' };

  it('passes where the bucket is, and where none is asked for', async () => {
    const storage = await open();
    await storage.requireBucket(bucketUrl());
    await storage.requireBucket(`${bucketUrl()}/`);
    await storage.requireBucket('');
    await (await open({ cosSecretId: '', cosSecretKeyFile: '' })).requireBucket('');
  });

  it('refuses a bucket that is not there', async () => {
    await expect((await open()).requireBucket(`${store.endpoint}/other`)).rejects.toMatchObject({
      kind: 'not_found',
      reason: 'ResourceNotFound.CosBucketNotFoundCode',
      message: `no bucket \`${store.endpoint}/other\``,
    });
  });

  it('refuses every bucket where there are no credentials', async () => {
    const storage = await open({ cosSecretId: '', cosSecretKeyFile: '' });
    await expect(storage.requireBucket(bucketUrl())).rejects.toMatchObject(code);
    expect(await storage.upload(place(), 60)).toMatchObject({ putUrl: '' });
  });

  it.each([
    'https://example.com/bucket',
    'http://127.0.0.1:9/bucket',
    'https://logs-1250000000.cos.ap-shanghai.myqcloud.com',
    'https://169.254.169.254/latest',
    'http://2130706433/bucket',
    'http://0x7f000001/bucket',
    'http://[::ffff:127.0.0.1]/bucket',
    'http://[::]/bucket',
    'https://10.0.0.1/bucket',
    'https://metadata.google.internal/bucket',
  ])('T13: speaks to no host but its own: %s', async (address) => {
    await expect((await open()).requireBucket(address)).rejects.toMatchObject(code);
  });

  it('T13: follows nobody who sends it elsewhere', async () => {
    let visits = 0;
    const elsewhere = createServer((_, response) => response.writeHead(404, { visits: ++visits }).end());
    const redirecting = createServer((_, response) =>
      response.writeHead(307, { location: addressOf(elsewhere) }).end(),
    );
    for (const server of [elsewhere, redirecting]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    const cosEndpoint = addressOf(redirecting);
    await (await open({ cosEndpoint })).requireBucket(`${cosEndpoint}/bucket`);
    expect(visits).toBe(0);
    for (const server of [elsewhere, redirecting]) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('is no hindrance where the key is wrong, or nobody answers', async () => {
    using folder = tempDirectory();
    const cosSecretKeyFile = join(folder.path, 'secret');
    writeFileSync(cosSecretKeyFile, 'wrong', { mode: 0o600 });
    await (await open({ cosSecretKeyFile })).requireBucket(bucketUrl());
    await (await open({ cosEndpoint: 'http://127.0.0.1:1' })).requireBucket('http://127.0.0.1:1/bucket');
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await (await open({ cosEndpoint: endpoint })).requireBucket(`${endpoint}/bucket`);
    silent.closeAllConnections();
    silent.close();
  });
});

it('refuses half a pair of credentials, and a secret that others can read', async () => {
  await expect(open({ cosSecretId: '' })).rejects.toThrow('belong together');
  await expect(open({ cosSecretKeyFile: '' })).rejects.toThrow('belong together');
  using folder = tempDirectory();
  const cosSecretKeyFile = join(folder.path, 'secret');
  writeFileSync(cosSecretKeyFile, 'secret');
  chmodSync(cosSecretKeyFile, 0o644);
  await expect(open({ cosSecretKeyFile })).rejects.toThrow('must have mode 0600, has 0644');
});

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
