import { type Kysely, sql, type Transaction } from 'kysely';
import { BROKEN_LINK, type ChainHead, NOTHING_BEFORE, type Seals } from '../audit/chain.ts';
import { type AuditRecord, fromRow, toRow } from '../audit/record.ts';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { IamSchema } from './schema.ts';
import type { AuditRecordTable } from './tables/audit-record.ts';

/** Which records of an account are wanted, newest first. Patterns are SQL GLOBs. */
export interface AuditFilter {
  readonly accountUin: string;
  readonly uin: string | undefined;
  readonly actionGlob: string | undefined;
  readonly resourceGlob: string | undefined;
  readonly outcome: AuditRecordTable['outcome'] | undefined;
  /** Epoch milliseconds; the end is exclusive. */
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/** Where a chain is said to end, and where its rows end; both from one moment. */
export interface ChainEnd {
  readonly head: (ChainHead & { readonly seal: Uint8Array }) | undefined;
  /** The highest number of a row; 0 for none. */
  readonly newest: number;
}

/** A row as raw bytes, for checking it; a column is null that is none. */
export interface RawRecord {
  readonly sequence: number;
  readonly columns: readonly (Uint8Array | null)[];
  readonly hash: Uint8Array | null;
}

/** Reads what is on record. Everything is bounded by the account. */
export class AuditReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** Where the account's chain ends. */
  async end(accountUin: string): Promise<ChainEnd> {
    const { rows } = await sql<{
      sequence: number | null;
      hash: Uint8Array | null;
      seal: Uint8Array | null;
      newest: number;
    }>`
      select h.sequence, h.hash, h.seal,
        coalesce((select max(r.sequence) from audit_record r where r.account_uin = ${accountUin}), 0) as newest
      from (select 1) left join audit_head h on h.account_uin = ${accountUin}`.execute(this.#db);
    const { sequence, hash, seal, newest } = rows[0]!;
    const head = sequence === null ? undefined : { accountUin, sequence, hash: hash!, seal: seal! };
    return { head, newest };
  }

  /** Records that fit and have `low <= sequence < high`, newest first, at most `limit`. */
  async between(
    filter: AuditFilter,
    { low, high, limit }: { low: number; high: number; limit: number },
  ): Promise<AuditRecord[]> {
    const { accountUin, uin, actionGlob, resourceGlob, outcome, from, until } = filter;
    let query = this.#records(accountUin).where('r.sequence', '>=', low).where('r.sequence', '<', high);
    if (uin !== undefined) query = query.where('r.uin', '=', uin);
    if (outcome !== undefined) query = query.where('r.outcome', '=', outcome);
    if (from !== undefined) query = query.where('r.time', '>=', from);
    if (until !== undefined) query = query.where('r.time', '<', until);
    if (actionGlob !== undefined) query = query.where(sql<boolean>`r.action glob ${actionGlob}`);
    if (resourceGlob !== undefined) {
      query = query.where(
        sql<boolean>`exists (select 1 from json_each(r.resources) e where e.value glob ${resourceGlob})`,
      );
    }
    const rows = await query.orderBy('r.sequence', 'desc').limit(limit).execute();
    return rows.map(({ previous, ...row }) => fromRow(row, previous ?? NOTHING_BEFORE));
  }

  /** Up to `limit` records from number `first` on, oldest first. */
  async from(accountUin: string, first: number, limit: number): Promise<AuditRecord[]> {
    const rows = await this.#records(accountUin)
      .where('r.sequence', '>=', first)
      .orderBy('r.sequence')
      .limit(limit)
      .execute();
    return rows.map(({ previous, ...row }) => fromRow(row, previous ?? NOTHING_BEFORE));
  }

  /** The same as the bytes that are stored, whatever they are. */
  async raw(accountUin: string, first: number, limit: number): Promise<RawRecord[]> {
    const { rows } = await sql<
      Record<(typeof HASHED)[number], Uint8Array | null> & { n: number; hash: Uint8Array | null }
    >`
      select r.sequence as n, cast(r.account_uin as blob) as account_uin, cast(r.sequence as blob) as sequence,
        cast(r.time as blob) as time, cast(r.uin as blob) as uin, cast(r.action as blob) as action,
        cast(r.outcome as blob) as outcome, cast(r.resources as blob) as resources, cast(r.detail as blob) as detail,
        cast(r.hash as blob) as hash
      from audit_record r where r.account_uin = ${accountUin} and r.sequence >= ${first}
      order by r.sequence limit ${limit}`.execute(this.#db);
    return rows.map((row) => ({ sequence: row.n, columns: HASHED.map((column) => row[column]), hash: row.hash }));
  }

  #records(accountUin: string) {
    return this.#db
      .selectFrom('audit_record as r')
      .selectAll('r')
      .select((select) =>
        select
          .selectFrom('audit_record as p')
          .select('p.hash')
          .where('p.account_uin', '=', accountUin)
          .whereRef('p.sequence', '=', sql`r.sequence - 1`)
          .as('previous'),
      )
      .where('r.account_uin', '=', accountUin);
  }
}

/** In the order of `HashedColumns`. */
const HASHED = ['account_uin', 'sequence', 'time', 'uin', 'action', 'outcome', 'resources', 'detail'] as const;

/** Adds to what is on record; exists only inside a transaction. */
export class AuditWriter extends AuditReader {
  readonly #trx: Transaction<IamSchema>;
  readonly #seals: Seals;

  constructor(trx: Transaction<IamSchema>, seals: Seals) {
    super(trx);
    this.#trx = trx;
    this.#seals = seals;
  }

  /**
   * Appends one account's entries, in order. False when the end of the chain was not as this service had left it: the new records then
   * follow nothing that exists, so that the place stays visible for ever instead of being sealed over.
   */
  async append(accountUin: string, entries: readonly AuditEntry[]): Promise<boolean> {
    const { head, newest } = await this.end(accountUin);
    const asLeft = head ? head.sequence === newest && this.#seals.fits(head, head.seal) : newest === 0;
    let sequence = Math.max(head?.sequence ?? 0, newest);
    let previous = asLeft ? (head?.hash ?? NOTHING_BEFORE) : BROKEN_LINK;
    const rows = entries.map((entry) => {
      sequence++;
      const row = toRow(entry, { sequence, previous });
      previous = row.hash;
      return row;
    });
    await this.#trx.insertInto('audit_record').values(rows).execute();
    const end = { sequence, hash: previous, seal: this.#seals.seal({ accountUin, sequence, hash: previous }) };
    await this.#trx
      .insertInto('audit_head')
      .values({ account_uin: accountUin, ...end })
      .onConflict((conflict) => conflict.column('account_uin').doUpdateSet(end))
      .execute();
    return asLeft;
  }
}
