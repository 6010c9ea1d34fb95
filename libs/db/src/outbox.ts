import { failPoint } from '@muster/telemetry';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A message that is to be published because something was committed. */
export interface OutboxTable {
  /** Publishing order. */
  seq: number;
  /** Unique; the receiver drops repeats by it. */
  message_id: string;
  subject: string;
  payload: Uint8Array;
}

/** A store with an outbox in it. */
export interface WithOutbox {
  outbox: OutboxTable;
}

/** The migration that makes the table. */
export const outboxMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable('outbox')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('message_id', 'text', (column) => column.notNull().unique())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('payload', sql`blob`, (column) => column.notNull())
      .execute();
  },
};

/** What to publish. */
export interface OutboxMessage {
  readonly messageId: string;
  readonly subject: string;
  readonly payload: Uint8Array;
}

/** Writes messages beside the change that they tell of: both are committed or neither is. */
export async function addToOutbox<T extends WithOutbox>(
  trx: Transaction<T>,
  messages: readonly OutboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await (trx as unknown as Transaction<WithOutbox>)
    .insertInto('outbox')
    .values(messages.map(({ messageId, subject, payload }) => ({ message_id: messageId, subject, payload })) as never)
    .execute();
}

/** How the relay publishes: resolves once the receiver has it. */
export type Publish = (message: OutboxMessage) => Promise<void>;

/** Takes messages out of the outbox, up to this one; the receiver has them. */
export async function removeFromOutbox<T extends WithOutbox>(db: Kysely<T>, seq: number): Promise<void> {
  await (db as unknown as Kysely<WithOutbox>).deleteFrom('outbox').where('seq', '<=', seq).execute();
}

/** What the relay is told. */
export interface OutboxRelayOptions {
  readonly everyMs?: number;
  readonly onError: (error: unknown) => void;
  /** Takes out what was published, by `removeFromOutbox` within other writes: alone it would cost a commit. */
  readonly remove?: (seq: number) => Promise<void>;
}

/** Sends what waits in the outbox, in order, at least once. */
export interface OutboxRelay extends AsyncDisposable {
  /** Looks now instead of at the next tick; called after a commit. */
  kick(): void;
}

const BATCH = 200;

/** Starts relaying. A message leaves the table only after `publish` resolved; a failure is retried at the next tick. */
export function startOutboxRelay<T extends WithOutbox>(
  store: Kysely<T>,
  publish: Publish,
  { everyMs = 1_000, onError, remove = (seq) => removeFromOutbox(store, seq) }: OutboxRelayOptions,
): OutboxRelay {
  const db = store as unknown as Kysely<WithOutbox>;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const drain = async () => {
    for (;;) {
      const rows = await db.selectFrom('outbox').selectAll().orderBy('seq').limit(BATCH).execute();
      if (rows.length === 0 || stopped) return;
      await failPoint('outbox.before-publish');
      await Promise.all(
        rows.map((row) => publish({ messageId: row.message_id, subject: row.subject, payload: row.payload })),
      );
      await failPoint('outbox.after-publish');
      await remove(rows.at(-1)!.seq);
      // whatever was committed since has kicked
      if (rows.length < BATCH) return;
    }
  };
  const kick = () => {
    if (stopped) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    running = drain()
      .catch(onError)
      .finally(() => {
        running = undefined;
        if (again) {
          again = false;
          kick();
        }
      });
  };
  const timer = setInterval(kick, everyMs);
  kick();
  return {
    kick,
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
