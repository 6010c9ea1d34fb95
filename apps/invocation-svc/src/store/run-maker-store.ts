import type { ResourceInit } from '@muster/rpc';
import type { Kysely, Selectable } from 'kysely';
import type { Schema } from './schema.ts';
import type { RunMakerTable } from './tables/run-maker.ts';

/** What was decided when a run was made, but for its machines, whose tags may be others by now. */
export interface RunQuestion {
  readonly action: string;
  readonly command: ResourceInit;
  /** Where the call came from; empty for a schedule. */
  readonly peerAddress: string;
  readonly requestTags: readonly { readonly key: string; readonly value: string }[];
}

/** On whose behalf a run is made. */
export interface RunMaker {
  readonly invocationId: string;
  readonly accountUin: string;
  readonly delegationId: string;
  readonly question: RunQuestion;
  /** After this moment none of its tasks starts, epoch milliseconds. */
  readonly startsUntil: number;
}

/** Keeps makers of runs for as long as somebody may ask for them. */
export class RunMakerStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert({ invocationId, accountUin, delegationId, question, startsUntil }: RunMaker): Promise<void> {
    await this.#db
      .insertInto('run_maker')
      .values({
        invocation_id: invocationId,
        account_uin: accountUin,
        delegation_id: delegationId,
        question: JSON.stringify(question),
        starts_until: startsUntil,
      })
      .execute();
  }

  async of(invocationId: string): Promise<RunMaker | undefined> {
    const row = await this.#db
      .selectFrom('run_maker')
      .selectAll()
      .where('invocation_id', '=', invocationId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Those of an account's runs that may still have tasks to start; of every account without one. */
  async waiting(accountUin: string | undefined, now: number): Promise<RunMaker[]> {
    const rows = await this.#db
      .selectFrom('run_maker')
      .selectAll()
      .where('starts_until', '>', now)
      .$if(accountUin !== undefined, (query) => query.where('account_uin', '=', accountUin!))
      .orderBy('invocation_id')
      .execute();
    return rows.map(fromRow);
  }

  /** Forgets those of whose runs nothing starts any more. */
  async forget(now: number): Promise<void> {
    await this.#db.deleteFrom('run_maker').where('starts_until', '<=', now).execute();
  }
}

function fromRow(row: Selectable<RunMakerTable>): RunMaker {
  return {
    invocationId: row.invocation_id,
    accountUin: row.account_uin,
    delegationId: row.delegation_id,
    question: JSON.parse(row.question) as RunQuestion,
    startsUntil: row.starts_until,
  };
}
