import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@muster/db';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { firstStart, openKeyring, rootCredentialsFile } from '../src/accounts/first-start.ts';
import { secretName } from '../src/credentials/mint.ts';
import { IamWriters } from '../src/store/iam-writers.ts';
import { KeyringStore } from '../src/store/keyring-store.ts';
import { migrations } from '../src/store/migrations/index.ts';
import type { IamSchema } from '../src/store/schema.ts';
import type { RootCredentials } from './fixture.ts';

it('T27: of ten first starts at the same time one makes the root, and its secrets are those in the file', async () => {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(tempDirectory('muster-first-start-')).path;
  const place = { masterKeyFile: join(folder, 'master.key'), dataDir: folder, rootUin: '100000000001', appId: '1' };
  const stores = [];
  for (let count = 0; count < 10; count++) {
    const db = await openStore<IamSchema>({ file: join(folder, 'iam.db'), migrations });
    opened.defer(() => db.destroy());
    stores.push(db);
  }
  const made = await Promise.all(
    stores.map((db) =>
      firstStart((work) => db.transaction().execute((trx) => work(new IamWriters(trx))), { ...place, now: 1 }),
    ),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  const secrets = JSON.parse(readFileSync(rootCredentialsFile(folder), 'utf8')) as RootCredentials;
  for (const db of stores) {
    const { vault } = (await openKeyring(new KeyringStore(db), place.masterKeyFile))!;
    const [key, ...others] = await db.selectFrom('access_key').selectAll().execute();
    expect(others).toEqual([]);
    expect(key!.access_key_id).toBe(secrets.secretId);
    expect(vault.open(key!.secret, secretName(secrets.secretId)).toString()).toBe(secrets.secretKey);
  }
});
