import type { Page } from '@muster/command';
import type { Kysely } from 'kysely';
import type { SessionSchema } from './schema.ts';
import { filterCondition } from './session-filters.ts';
import type { SessionSelection } from './session-store.ts';

/** A recording with what is to be known of its session. */
export type ListedRecording = Awaited<ReturnType<RecordingList['byNumbers']>>[number];

/** Lists recordings. Those that are being removed are in no list. */
export class RecordingList {
  readonly #db: Kysely<SessionSchema>;

  constructor(db: Kysely<SessionSchema>) {
    this.#db = db;
  }

  /** A page of the selected recordings, newest first, and how many there are in all. */
  async page(
    selection: SessionSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; recordings: ListedRecording[] }> {
    const { ids, visible } = selection;
    let query = this.#selected(selection).where(visible);
    if (ids.length > 0) query = query.where('session.session_id', 'in', ids);
    const { total } = await query
      .clearSelect()
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const recordings = await query.orderBy('recording_number', 'desc').limit(limit).offset(offset).execute();
    return { total, recordings };
  }

  /** Those of these recordings that the account has and the filters let pass. */
  async byNumbers(numbers: readonly number[], selection: Pick<SessionSelection, 'accountUin' | 'filters'>) {
    return this.#selected(selection).where('recording_number', 'in', numbers).execute();
  }

  /** From which to which number the account's recordings go; undefined when it has none. */
  async range(
    selection: Pick<SessionSelection, 'accountUin' | 'filters'>,
  ): Promise<{ first: number; last: number } | undefined> {
    const row = await this.#selected(selection)
      .clearSelect()
      .select(({ fn }) => [fn.min('recording_number').as('first'), fn.max('recording_number').as('last')])
      .executeTakeFirstOrThrow();
    return row.first === null ? undefined : { first: row.first, last: row.last };
  }

  #selected({ accountUin, filters }: Pick<SessionSelection, 'accountUin' | 'filters'>) {
    let query = this.#db
      .selectFrom('recording')
      .innerJoin('session', 'session.session_id', 'recording.session_id')
      .select(['recording_number', 'recording.session_id', 'instance_id', 'username', 'create_uin', 'with_input'])
      .select(['recording.started_at', 'duration_ms', 'text_bytes', 'sealed_at', 'state'])
      .where('recording.account_uin', '=', accountUin)
      .where('removed_at', 'is', null);
    for (const filter of filters) query = query.where((where) => filterCondition(where as never, filter));
    return query;
  }
}
