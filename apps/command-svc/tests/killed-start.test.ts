import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type WithOutbox } from '@muster/db';
import { filesIn, killStartAtSteps, type MigratedService, storeContent, tempDirectory } from '@muster/testkit';
import { newKey, Vault } from '@muster/vault';
import { describe, expect, it } from 'vitest';
import { migrations, rewrittenAfter } from '../src/store/migrations/index.ts';

const service: MigratedService = {
  program: join(import.meta.dirname, 'open-store.ts'),
  migrations: migrations(new Vault(newKey())),
  rewrittenAfter,
};
const isOld = (name: string) => name < '0005';

describe('F49: a start that is killed in the middle of its migrations', () => {
  it.each(['a new', 'an old'])(
    'leaves %s store so that the next start makes the same of it as an unbroken one',
    async (age) => {
      using folder = tempDirectory('muster-killed-');
      const before = join(folder.path, 'before');
      const unbroken = join(folder.path, 'unbroken.db');
      mkdirSync(before);
      if (age === 'an old') for (const file of [join(before, 'store.db'), unbroken]) await makeOld(file);
      const expected = await storeContent(unbroken, service);
      const { killed, contents } = await killStartAtSteps(service, { folder: folder.path, before, every: 17 });
      expect(killed).toBeGreaterThan(0);
      for (const content of contents) expect(content).toEqual(expected);
    },
  );

  it('has not written a byte before all of them are done', async () => {
    using folder = tempDirectory('muster-killed-');
    const file = join(folder.path, 'store.db');
    await makeOld(file);
    const before = filesIn(folder.path);
    let looked = 0;
    const watched = Object.entries(service.migrations).map(([name, { up }]) => {
      const looking = async (db: Parameters<typeof up>[0]) => {
        await up(db);
        expect(filesIn(folder.path)).toMatchObject(before);
        looked++;
      };
      return [name, { up: looking }];
    });
    const db = await openStore({ file, migrations: Object.fromEntries(watched) });
    await db.destroy();
    expect(looked).toBe(Object.keys(service.migrations).filter((name) => !isOld(name)).length);
  });

  it('refuses a store that a newer version wrote, and changes nothing in it', async () => {
    using folder = tempDirectory('muster-newer-');
    const file = join(folder.path, 'store.db');
    const newer = { ...service.migrations, '9999_later': { up: async () => {} } };
    await (await openStore({ file, migrations: newer })).destroy();
    const before = filesIn(folder.path);
    await expect(openStore({ file, ...service })).rejects.toThrow(
      `the store ${file} was written by a newer version (it went through \`9999_later\`, which this version does not know)`,
    );
    expect(filesIn(folder.path)).toMatchObject(before);
  });

  /** A store of before the last migrations, with something in it. */
  async function makeOld(file: string) {
    const old = Object.fromEntries(Object.entries(service.migrations).filter(([name]) => isOld(name)));
    const db = await openStore<WithOutbox>({ file, migrations: old });
    const row = { seq: 1, message_id: 'one', subject: 'evt', payload: new Uint8Array([1]) };
    await db.insertInto('outbox').values(row).execute();
    await db.destroy();
  }
});
