import type { Command } from './domain/command.ts';
import { requireFreeName, requireRoom } from './domain/library.ts';
import { commandChanged } from './events.ts';
import type { CommandWriter } from './store/command-writer.ts';

/** Adds a new command to its account's library: the name must be free and the quota not used up. */
export async function addCommand(commands: CommandWriter, command: Command, quota: number): Promise<void> {
  const { accountUin, commandId, commandName, updatedUin: uin, createdAt: now } = command;
  requireFreeName(commandName, await commands.nameTaken(accountUin, commandName, commandId));
  requireRoom(await commands.count(accountUin), quota);
  await commands.insert(command);
  await commands.announce(commandChanged('created', command, { uin, now }));
}
