import type { CommandInFiles } from '@muster/command';
import { type Command, CreatedBy } from '@muster/contract';
import { readCommands } from '../../command-folder.ts';
import { confirm } from '../../confirm.ts';
import { addCommand, changeCommand, isFixed, isSame } from '../../import-command.ts';
import { listCommands } from '../../library.ts';
import { printReport } from '../../library-report.ts';
import { chunks } from '../../pages.ts';
import type { Session } from '../../session.ts';
import { nothingMatched, Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
}

/** What an import would do. */
interface Plan {
  readonly created: CommandInFiles[];
  readonly changed: { readonly command: Command; readonly filed: CommandInFiles }[];
  readonly unchanged: CommandInFiles[];
  readonly deleted: Command[];
}

/** `muster library import`: makes the library say what files say. Unchanged files change nothing, changed ones make a new version. */
export const libraryImport = verb<Options, [folder: string]>({
  configure(command) {
    command
      .argument('<folder>', 'what `muster library export` wrote, or files in its form')
      .option('--dry-run', 'check the files and say what would be done')
      .option('--prune', 'delete commands that have no files')
      .option('-y, --yes', 'do not ask before commands are deleted')
      .addHelpText('after', '\nCommands are found by name. All files are checked before anything is done.');
  },
  examples: ['muster library import ./library --dry-run', 'muster library import ./library --prune --yes'],
  async run(app, { dryRun = false, prune = false, yes = false }, folder) {
    const { commands, faults } = await readCommands(folder);
    if (faults.length > 0) {
      throw new Stop(`${folder} cannot be imported: ${faults.join('; ')}`, { hint: 'nothing was done' });
    }
    if (commands.length === 0)
      throw nothingMatched(`${folder} holds no commands`, 'a command is NAME.yaml and NAME.sh');
    const session = await app.connect();
    const plan = planImport(commands, await listCommands(session, [{ name: 'created-by', values: ['USER'] }]), prune);
    if (!dryRun) {
      if (plan.deleted.length > 0 && !yes) await confirm(app, question(plan.deleted), 'nothing was done');
      await carryOut(session, plan);
    }
    printReport(app, {
      created: plan.created.map(({ name }) => name),
      changed: plan.changed.map(({ filed }) => filed.name),
      unchanged: plan.unchanged.map(({ name }) => name),
      deleted: plan.deleted.map(({ commandName }) => commandName),
    });
    if (dryRun) app.note('nothing was done: --dry-run');
    return undefined;
  },
});

function planImport(filed: readonly CommandInFiles[], known: readonly Command[], prune: boolean): Plan {
  const own = new Map(
    known.filter(({ createdBy }) => createdBy !== CreatedBy.TAT).map((command) => [command.commandName, command]),
  );
  const plan: Plan = { created: [], changed: [], unchanged: [], deleted: [] };
  for (const each of filed) {
    const command = own.get(each.name);
    own.delete(each.name);
    if (!command) plan.created.push(each);
    else if (isSame(command, each)) plan.unchanged.push(each);
    else if (isFixed(command, each)) {
      throw new Stop(`enableParameter of \`${each.name}\` cannot change once it is created`, {
        hint: `nothing was done; delete it first: muster command delete ${each.name}`,
      });
    } else plan.changed.push({ command, filed: each });
  }
  if (prune) plan.deleted.push(...own.values());
  return plan;
}

async function carryOut(session: Session, { created, changed, deleted }: Plan): Promise<void> {
  // first what may be refused because it is in use
  for (const gone of chunks(deleted)) {
    await session.commands.deleteCommands({ commandIds: gone.map(({ commandId }) => commandId) });
  }
  for (const { command, filed } of changed) await changeCommand(session, command, filed);
  for (const filed of created) await addCommand(session, filed);
}

function question(deleted: readonly Command[]): string {
  return `Delete ${deleted.map(({ commandName }) => commandName).join(', ')} with all versions?`;
}
