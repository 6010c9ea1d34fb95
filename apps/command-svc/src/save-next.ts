import { type Command, type CommandBody, nextVersion, type Saving, sameBody } from './domain/command.ts';
import { requireFreeName } from './domain/library.ts';
import { commandChanged } from './events.ts';
import type { CommandWriter } from './store/command-writer.ts';

/** What becomes of which version, and who saves it. */
export interface Succession {
  readonly current: Command;
  readonly body: CommandBody;
  readonly saving: Saving;
}

/**
 * Saves what an account's command says from now on as its next version, unless it says so already. Gives the number of the latest version.
 * Refusal: InvalidParameterValue.CommandNameDuplicated.
 */
export async function saveNext(commands: CommandWriter, { current, body, saving }: Succession): Promise<number> {
  if (sameBody(current, body)) return current.version;
  const { accountUin, commandId } = current;
  requireFreeName(body.commandName, await commands.nameTaken(accountUin, body.commandName, commandId));
  const next = nextVersion(current, body, saving);
  await commands.append(next);
  await commands.announce(commandChanged('modified', next, saving));
  return next.version;
}
