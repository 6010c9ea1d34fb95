import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { type Command, CommandInternalService, type SaveCommandRequestSchema } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { createServiceClient } from '@muster/rpc';

/** Which command. */
export interface CommandKey {
  readonly accountUin: string;
  readonly commandId: string;
  /** 0 for the latest. */
  readonly version: number;
}

/** What runs need of command-svc. */
export interface CommandLibrary {
  /** Refusal: ResourceNotFound.CommandNotFound. */
  resolve(key: CommandKey): Promise<Command>;
  /** Saves a command under an id that the caller made; the same again is harmless. Refusals: those of CreateCommand. */
  save(command: MessageInitShape<typeof SaveCommandRequestSchema>): Promise<void>;
  /** How many commands an account has and may have. */
  count(accountUin: string): Promise<{ readonly used: number; readonly total: number }>;
}

const DEADLINE_MS = 5_000;

/** The library of command-svc, asked anew for every run. */
export function remoteCommandLibrary(transport: Transport): CommandLibrary {
  const commands = createServiceClient(CommandInternalService, transport, { timeoutMs: DEADLINE_MS });
  return {
    async resolve(key) {
      const { command } = await commands.resolveCommand(key);
      if (!command)
        throw new Refusal('unavailable', 'ServiceUnavailable', 'the command came back malformed; try again');
      return command;
    },
    async save(command) {
      await commands.saveCommand(command);
    },
    count: (accountUin) => commands.countCommands({ accountUin }),
  };
}
