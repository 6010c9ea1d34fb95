import type { Command } from 'commander';
import { backUp } from './back-up.ts';
import { restore } from './restore.ts';

/** Adds `backup` and `restore` to the program; `say` tells a person, `dataDir` is the default. */
export function addBackupCommands(
  program: Command,
  { say, dataDir }: { readonly say: (line: string) => void; readonly dataDir: string },
): void {
  program
    .command('backup <dir>')
    .description('save stores and keys of the services of a folder into <dir>; they may run meanwhile')
    .option('--data-dir <dir>', 'data folder of a service, or a folder with those of several', dataDir)
    .option(
      '--with-master-keys',
      'save master keys and root-credentials.json, too: then the backup alone opens every secret',
    )
    .action(async (to: string, options: { dataDir: string; withMasterKeys?: boolean }) => {
      const { entries, keptApart } = await backUp({ to, ...options });
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
      say(`saved ${entries.length} files, ${bytes} bytes, in ${to}`);
      if (keptApart.length > 0) say(`kept apart, and needed to restore: ${keptApart.join(', ')}`);
    });
  program
    .command('restore <dir>')
    .description('put a backup into the place of a data folder whose services are stopped')
    .option('--data-dir <dir>', 'the data folder', dataDir)
    .option(
      '--keys-from <dir>',
      'where the keys are that the backup does not hold; the data folder as it is when absent',
    )
    .action(async (from: string, options: { dataDir: string; keysFrom?: string }) => {
      const { takenAt, before, missing } = await restore({ from, ...options });
      say(`restored ${options.dataDir} as it was at ${takenAt}`);
      if (before !== undefined) say(`what was there before is in ${before}`);
      if (missing.length > 0) say(`still to be put into place: ${missing.join(', ')}`);
    });
}
