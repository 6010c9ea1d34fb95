import type { Filter, Page, Tag } from '@muster/command';
import { type PlanColumns, planFilter } from '@muster/db';
import type { ResourcePlan } from '@muster/kernel';
import type { Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import type { Command, CreatedBy } from '../domain/command.ts';
import { LIBRARY_UIN } from '../domain/library.ts';
import { filterCondition, TAGS } from './command-filters.ts';
import { type CommandRow, fromRow } from './command-row.ts';
import type { CommandSchema } from './schema.ts';

/** What decisions about a command know of it. */
export type CommandKey = Pick<Command, 'commandId' | 'tags' | 'createdUin' | 'createdBy'>;

/** Which commands of an account; no ids and no filters means all. */
export interface CommandSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
  /** Those that may be seen. */
  readonly visible: ResourcePlan;
}

/** Where queries find what plans speak of. */
const PLAN_COLUMNS: PlanColumns = {
  pathPrefix: 'command/',
  id: 'command.command_id',
  tags: TAGS,
  attributes: { 'qcs:create_uin': 'command.created_uin' },
};

/**
 * Reads commands, hidden defaults in the clear. Every method is bounded by an account; unless it says otherwise, the public library counts
 * as part of each.
 */
export class CommandReader {
  readonly #db: Kysely<CommandSchema>;
  readonly #vault: Vault;

  constructor(db: Kysely<CommandSchema>, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /** One command at a version, the latest when 0; one that left the public library at its versions only. */
  async find(accountUin: string, commandId: string, version = 0): Promise<Command | undefined> {
    const query = this.#versions(accountUin).where('command.command_id', '=', commandId);
    const row = await (version === 0
      ? query.whereRef('command_version.version', '=', 'command.version').where('command.listed', '=', 1)
      : query.where('command_version.version', '=', version)
    ).executeTakeFirst();
    return row && fromRow(row, (await this.#tagsOf([commandId]))(commandId), this.#vault);
  }

  /** Those of these commands that there are, by id. */
  async keys(accountUin: string, ids: readonly string[]): Promise<Map<string, CommandKey>> {
    const rows = await this.#db
      .selectFrom('command')
      .select(['command_id', 'created_uin', 'created_by'])
      .where('account_uin', 'in', [accountUin, LIBRARY_UIN])
      .where('listed', '=', 1)
      .where('command_id', 'in', ids)
      .execute();
    const tags = await this.#tagsOf(rows.map((row) => row.command_id));
    return new Map(
      rows.map(({ command_id: commandId, created_uin: createdUin, created_by: createdBy }) => [
        commandId,
        { commandId, tags: tags(commandId), createdUin, createdBy: createdBy as CreatedBy },
      ]),
    );
  }

  /** A page of the selected commands at their latest versions, newest first, and how many there are in all. */
  async page(
    { accountUin, ids, filters, visible }: CommandSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; commands: Command[] }> {
    let query = this.#versions(accountUin)
      .whereRef('command_version.version', '=', 'command.version')
      .where('command.listed', '=', 1)
      .where(planFilter(visible, PLAN_COLUMNS));
    if (ids.length > 0) query = query.where('command.command_id', 'in', ids);
    for (const filter of filters) query = query.where((where) => filterCondition(where, filter));
    const { total } = await query
      .clearSelect()
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
      .orderBy('command.created_at', 'desc')
      .orderBy('command.command_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    const tags = await this.#tagsOf(rows.map((row) => row.command_id));
    return { total, commands: rows.map((row) => fromRow(row, tags(row.command_id), this.#vault)) };
  }

  /** A page of the versions of one command, newest first; none when there is no such command. */
  async history(accountUin: string, commandId: string, { limit, offset }: Page): Promise<Command[]> {
    const rows = await this.#versions(accountUin)
      .where('command.command_id', '=', commandId)
      .orderBy('command_version.version', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    const tags = (await this.#tagsOf([commandId]))(commandId);
    return rows.map((row) => fromRow(row, tags, this.#vault));
  }

  /** How many commands the account has of its own. */
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
      .select([
        'command.account_uin',
        'command.created_at',
        'command.created_uin',
        'command.created_by',
        'command.scene_id',
      ])
      .where('command.account_uin', 'in', [accountUin, LIBRARY_UIN])
      .$castTo<CommandRow>();
  }

  /** The tags of each of these commands, in order. */
  async #tagsOf(ids: readonly string[]): Promise<(commandId: string) => readonly Tag[]> {
    if (ids.length === 0) return () => [];
    const rows = await this.#db
      .selectFrom('command_tag')
      .select(['command_id', 'tag_key', 'tag_value'])
      .where('command_id', 'in', ids)
      .orderBy('position')
      .execute();
    const byCommand = Map.groupBy(rows, (row) => row.command_id);
    return (commandId) => (byCommand.get(commandId) ?? []).map(toTag);
  }
}

function toTag({ tag_key: key, tag_value: value }: { tag_key: string; tag_value: string }): Tag {
  return { key, value };
}
