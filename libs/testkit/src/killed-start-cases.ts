import { deepStrictEqual, ok, partialDeepStrictEqual, rejects, strictEqual } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type WithOutbox } from '@muster/db';
import { filesIn, killStartAtSteps, type MigratedService, storeContent } from './killed-start.ts';
import { tempDirectory } from './temp-directory.ts';

/** What a service's start is tried with. */
export interface KilledStart extends MigratedService {
  /** The first migration that an old store has not been through. */
  readonly oldBefore: string;
  /** How many steps of migrations lie between one kill and the next. */
  readonly every: number;
}

/** What has to hold for a service's start that is killed in the middle of its migrations, in words; each throws where it does not. */
export function killedStartCases(service: KilledStart): Record<string, () => Promise<void>> {
  return {
    'leaves a new store so that the next start makes the same of it as an unbroken one': () =>
      makesTheSame(service, async () => {}),
    'leaves an old store so that the next start makes the same of it as an unbroken one': () =>
      makesTheSame(service, (file) => makeOld(service, file)),
    'has not written a byte before all of them are done': () => writesNothingBefore(service),
    'refuses a store that a newer version wrote, and changes nothing in it': () => refusesNewer(service),
  };
}

async function makesTheSame(service: KilledStart, make: (file: string) => Promise<void>): Promise<void> {
  using folder = tempDirectory('muster-killed-');
  const before = join(folder.path, 'before');
  const unbroken = join(folder.path, 'unbroken.db');
  mkdirSync(before);
  for (const file of [join(before, 'store.db'), unbroken]) await make(file);
  const expected = await storeContent(unbroken, service);
  const { killed, contents } = await killStartAtSteps(service, { folder: folder.path, before, every: service.every });
  ok(killed > 0);
  for (const content of contents) deepStrictEqual(content, expected);
}

async function writesNothingBefore(service: KilledStart): Promise<void> {
  using folder = tempDirectory('muster-killed-');
  const file = join(folder.path, 'store.db');
  await makeOld(service, file);
  const before = filesIn(folder.path);
  let looked = 0;
  const watched = Object.entries(service.migrations).map(([name, { up }]) => {
    const looking = async (db: Parameters<typeof up>[0]) => {
      await up(db);
      partialDeepStrictEqual(filesIn(folder.path), before);
      looked++;
    };
    return [name, { up: looking }];
  });
  const db = await openStore({ file, migrations: Object.fromEntries(watched) });
  await db.destroy();
  strictEqual(looked, Object.keys(service.migrations).filter((name) => name >= service.oldBefore).length);
}

async function refusesNewer(service: KilledStart): Promise<void> {
  using folder = tempDirectory('muster-newer-');
  const file = join(folder.path, 'store.db');
  const newer = { ...service.migrations, '9999_later': { up: async () => {} } };
  await (await openStore({ file, migrations: newer })).destroy();
  const before = filesIn(folder.path);
  const refusal = `the store ${file} was written by a newer version (it went through \`9999_later\`, which this version does not know)`;
  await rejects(openStore({ file, ...service }), (error: Error) => error.message.startsWith(refusal));
  partialDeepStrictEqual(filesIn(folder.path), before);
}

/** A store of before the last migrations, with something in it. */
async function makeOld({ migrations, oldBefore }: KilledStart, file: string): Promise<void> {
  const old = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < oldBefore));
  const db = await openStore<WithOutbox>({ file, migrations: old });
  const row = { seq: 1, message_id: 'one', subject: 'evt', payload: new Uint8Array([1]) };
  await db.insertInto('outbox').values(row).execute();
  await db.destroy();
}
