import type { Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import { LIBRARY_UIN } from './domain/library.ts';
import { type PublicCommand, publicCommands, publicVersion, type SceneFolder } from './domain/public-library.ts';
import { CommandWriter } from './store/command-writer.ts';
import { LibraryWriter } from './store/library-store.ts';
import type { CommandSchema } from './store/schema.ts';

/**
 * Makes the public library what these folders say: a command that says something new gets its next version, one that is there no more leaves
 * the list and keeps its versions. Throws an Error, and changes nothing, when the folders contradict each other or an account's commands.
 */
export async function loadLibrary(
  { db, vault }: { db: Kysely<CommandSchema>; vault: Vault },
  folders: readonly SceneFolder[],
  now: number,
): Promise<void> {
  const given = publicCommands(folders);
  await db.transaction().execute(async (trx) => {
    const library = new LibraryWriter(trx);
    const [taken] = await library.ownIds(given.map(({ commandId }) => commandId));
    if (taken !== undefined)
      throw new Error(`public library: commandId \`${taken}\` is the id of an account's command`);
    await library.clear();
    for (const { scene } of folders) await library.putScene(scene, now);
    for (const command of given) await put(command, { library, commands: new CommandWriter(trx, vault), now });
  });
}

async function put(
  given: PublicCommand,
  { library, commands, now }: { library: LibraryWriter; commands: CommandWriter; now: number },
): Promise<void> {
  const [stored] = await commands.history(LIBRARY_UIN, given.commandId, { limit: 1, offset: 0 });
  const next = publicVersion(given, stored, now);
  if (stored === undefined && next) await commands.insert(next);
  else if (next) await commands.append(next);
  await library.list({ ...given, commandName: given.body.commandName });
  await commands.setTags(given.commandId, given.tags);
}
