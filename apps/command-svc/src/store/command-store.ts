import type { Filter, Page, Tag } from '@muster/command';
import { addToOutbox, type OutboxMessage } from '@muster/db';
import type { Kysely, Transaction } from 'kysely';
import type { Command } from '../domain/command.ts';
import { filterCondition } from './command-filters.ts';
import { type CommandRow, fromRow, toRow } from './command-row.ts';
import type { CommandSchema } from './schema.ts';

/** What is needed to decide whether a caller may see a command. */
export interface CommandKey {
  readonly commandId: string;
  readonly tags: readonly Tag[];
}

/** Which commands of an account; no ids and no filters means all. */
export interface CommandSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
}

/** Reads commands. Every method is bounded by an account. */
export class CommandReader {
  readonly #db: Kysely<CommandSchema>;

  constructor(db: Kysely<CommandSchema>) {
    this.#db = db;
  }

  /** One command at a version, the latest when 0. */
  async find(accountUin: string, commandId: string, version = 0): Promise<Command | undefined> {
    const query = this.#versions(accountUin).where('command.command_id', '=', commandId);
    const row = await (version === 0
      ? query.whereRef('command_version.version', '=', 'command.version')
      : query.where('command_version.version', '=', version)
    ).executeTakeFirst();
    return row && fromRow(row, await this.#tagsOf(commandId));
  }

  /** The keys of all selected commands, newest first. */
  async select({ accountUin, ids, filters }: CommandSelection): Promise<CommandKey[]> {
    let query = this.#db
      .selectFrom('command')
      .innerJoin('command_version', (join) =>
        join
          .onRef('command_version.command_id', '=', 'command.command_id')
          .onRef('command_version.version', '=', 'command.version'),
      )
      .select('command.command_id')
      .where('command.account_uin', '=', accountUin);
    if (ids.length > 0) query = query.where('command.command_id', 'in', ids);
    for (const filter of filters) query = query.where((where) => filterCondition(where, filter));
    const rows = await query.orderBy('command.created_at', 'desc').orderBy('command.command_id', 'desc').execute();
    const tags = await this.#tagsIn(accountUin);
    return rows.map((row) => ({ commandId: row.command_id, tags: tags.get(row.command_id) ?? [] }));
  }

  /** These commands at their latest versions, in this order; one that is gone by now is left out. */
  async load(accountUin: string, keys: readonly CommandKey[]): Promise<Command[]> {
    if (keys.length === 0) return [];
    const rows = await this.#versions(accountUin)
      .whereRef('command_version.version', '=', 'command.version')
      .where(
        'command.command_id',
        'in',
        keys.map((key) => key.commandId),
      )
      .execute();
    const byId = new Map(rows.map((row) => [row.command_id, row]));
    return keys.flatMap((key) => {
      const row = byId.get(key.commandId);
      return row ? [fromRow(row, key.tags)] : [];
    });
  }

  /** A page of the versions of one command, newest first; none when the account has no such command. */
  async history(accountUin: string, commandId: string, { limit, offset }: Page): Promise<Command[]> {
    const rows = await this.#versions(accountUin)
      .where('command.command_id', '=', commandId)
      .orderBy('command_version.version', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    const tags = await this.#tagsOf(commandId);
    return rows.map((row) => fromRow(row, tags));
  }

  /** How many commands the account has. */
  async count(accountUin: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('command')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_uin', '=', accountUin)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Whether another command of the account has this name. */
  async nameTaken(accountUin: string, commandName: string, exceptId: string): Promise<boolean> {
    const owner = await this.#db
      .selectFrom('command')
      .select('command_id')
      .where('account_uin', '=', accountUin)
      .where('command_name', '=', commandName)
      .where('command_id', '!=', exceptId)
      .executeTakeFirst();
    return owner !== undefined;
  }

  #versions(accountUin: string) {
    return this.#db
      .selectFrom('command_version')
      .innerJoin('command', 'command.command_id', 'command_version.command_id')
      .selectAll('command_version')
      .select(['command.account_uin', 'command.created_at'])
      .where('command.account_uin', '=', accountUin)
      .$castTo<CommandRow>();
  }

  async #tagsOf(commandId: string): Promise<Tag[]> {
    const rows = await this.#db
      .selectFrom('command_tag')
      .select(['tag_key', 'tag_value'])
      .where('command_id', '=', commandId)
      .orderBy('position')
      .execute();
    return rows.map(toTag);
  }

  async #tagsIn(accountUin: string): Promise<Map<string, Tag[]>> {
    const rows = await this.#db
      .selectFrom('command_tag')
      .innerJoin('command', 'command.command_id', 'command_tag.command_id')
      .select(['command_tag.command_id', 'tag_key', 'tag_value'])
      .where('command.account_uin', '=', accountUin)
      .orderBy('command_tag.position')
      .execute();
    return new Map([...Map.groupBy(rows, (row) => row.command_id)].map(([id, tags]) => [id, tags.map(toTag)]));
  }
}

/** Changes commands; exists only inside a transaction. */
export class CommandWriter extends CommandReader {
  readonly #trx: Transaction<CommandSchema>;

  constructor(trx: Transaction<CommandSchema>) {
    super(trx);
    this.#trx = trx;
  }

  /** Saves a new command. */
  async insert(command: Command): Promise<void> {
    const { commandId, accountUin, commandName, version, createdAt, tags } = command;
    await this.#trx
      .insertInto('command')
      .values({
        command_id: commandId,
        account_uin: accountUin,
        command_name: commandName,
        version,
        created_at: createdAt,
      })
      .execute();
    await this.#trx.insertInto('command_version').values(toRow(command)).execute();
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
    await this.#trx.insertInto('command_version').values(toRow(command)).execute();
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

  /** Tells of the change, once it is committed. */
  async announce(message: OutboxMessage): Promise<void> {
    await addToOutbox(this.#trx, [message]);
  }
}

function toTag({ tag_key: key, tag_value: value }: { tag_key: string; tag_value: string }): Tag {
  return { key, value };
}
