import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tempDirectory } from './temp-directory.ts';

/** A real S3-protocol server on a free port, which checks the signatures of what is signed. */
export interface ObjectStore extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; the bucket is the first folder of a path. */
  readonly endpoint: string;
  readonly secretId: string;
  /** A file with the secret, mode 0600. */
  readonly secretKeyFile: string;
  /** The object at an address; undefined for none. */
  object(address: string): Promise<Buffer | undefined>;
  /** From now on the key has this secret; the one in the file when absent. */
  changeSecret(secret?: string): void;
}

/** The parts of the package that are used here; it brings no types. */
interface S3rver {
  httpServer: Server;
  run(): Promise<AddressInfo>;
}
interface Account {
  createKeyPair(secretId: string, secretKey: string): void;
  revokeAccessKey(secretId: string): void;
}

/** Starts it with these buckets. */
export async function startObjectStore(buckets: readonly string[]): Promise<ObjectStore> {
  const load = createRequire(import.meta.url);
  // only tests that store objects pay for loading it
  const Server: new (options: object) => S3rver = load('@20minutes/s3rver');
  const account: Account = load('@20minutes/s3rver/lib/models/account').DUMMY_ACCOUNT;
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(tempDirectory('muster-objects-')).path;
  const [secretId, secret] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
  const secretKeyFile = join(folder, 'secret');
  writeFileSync(secretKeyFile, `${secret}\n`, { mode: 0o600 });
  account.createKeyPair(secretId, secret);
  starting.defer(() => account.revokeAccessKey(secretId));
  const server = new Server({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: join(folder, 'buckets'),
    configureBuckets: buckets.map((name) => ({ name })),
  });
  const { port } = await server.run();
  starting.defer(
    () =>
      new Promise((resolve) => {
        server.httpServer.close(() => resolve());
        server.httpServer.closeAllConnections();
      }),
  );
  const running = starting.move();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    secretId,
    secretKeyFile,
    async object(address) {
      // a header of S3's, without which it would pass for a visitor of a website
      const answer = await fetch(address, { headers: { 'x-amz-date': '0' } });
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
    },
    changeSecret: (other = secret) => account.createKeyPair(secretId, other),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
