import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { Tag } from '@muster/command';
import { addToOutbox, type OutboxMessage, once, type Repetition, type TokenedRequest } from '@muster/db';
import type { Vault } from '@muster/vault';
import type { Transaction } from 'kysely';
import type { Command } from '../domain/command.ts';
import { toRow } from './command-row.ts';
import { CommandReader } from './command-store.ts';
import type { CommandSchema } from './schema.ts';

/** Changes commands; exists only inside a transaction. */
export class CommandWriter extends CommandReader {
  readonly #trx: Transaction<CommandSchema>;
  readonly #vault: Vault;

  constructor(trx: Transaction<CommandSchema>, vault: Vault) {
    super(trx, vault);
    this.#trx = trx;
    this.#vault = vault;
  }

  /** Saves a new command. */
  async insert(command: Command): Promise<void> {
    const { commandId, accountUin, commandName, version, createdAt, createdUin, createdBy, scenes, tags } = command;
    await this.#trx
      .insertInto('command')
      .values({
        command_id: commandId,
        account_uin: accountUin,
        command_name: commandName,
        version,
        created_at: createdAt,
        created_uin: createdUin,
        created_by: createdBy,
        scene_id: scenes[0] ?? '',
        listed: 1,
      })
      .execute();
    await this.#trx.insertInto('command_version').values(toRow(command, this.#vault)).execute();
    await this.setTags(commandId, tags);
  }

  /** Gives a command these tags in the place of those that it has. */
  async setTags(commandId: string, tags: readonly Tag[]): Promise<void> {
    await this.#trx.deleteFrom('command_tag').where('command_id', '=', commandId).execute();
    if (tags.length === 0) return;
    await this.#trx
      .insertInto('command_tag')
      .values(
        tags.map(({ key, value }, position) => ({ command_id: commandId, position, tag_key: key, tag_value: value })),
      )
      .execute();
  }

  /** Saves the next version of a command that exists. */
  async append(command: Command): Promise<void> {
    await this.#trx.insertInto('command_version').values(toRow(command, this.#vault)).execute();
    await this.#trx
      .updateTable('command')
      .set({ command_name: command.commandName, version: command.version })
      .where('command_id', '=', command.commandId)
      .execute();
  }

  /** Deletes a command with its versions and tags. */
  async delete(commandId: string): Promise<void> {
    await this.#trx.deleteFrom('command').where('command_id', '=', commandId).execute();
  }

  /** Does `work` once for each client token of `@muster/db`. */
  once<I extends DescMessage, O extends DescMessage>(
    repetition: Repetition,
    tokened: TokenedRequest<I, O>,
    work: () => Promise<MessageInitShape<O>>,
  ): Promise<MessageInitShape<O>> {
    return once(this.#trx, repetition, tokened, work);
  }

  /** Tells of the change, once it is committed. */
  async announce(message: OutboxMessage): Promise<void> {
    await addToOutbox(this.#trx, [message]);
  }
}
