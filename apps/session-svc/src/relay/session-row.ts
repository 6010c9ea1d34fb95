import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@muster/kernel';
import { failPoint, type Logger } from '@muster/telemetry';
import { afterEvent, type SessionLife } from '@muster/terminal';
import type { Kysely } from 'kysely';
import { changeSession } from '../change-session.ts';
import type { SessionSchema } from '../store/schema.ts';
import { lifeOf, type Session, type SessionChange, SessionStore } from '../store/session-store.ts';

/** How long to wait before what the store did not take is written again. */
const AGAIN_MS = 1_000;

/** Thrown when a row was not in the state that it had here: something else has happened to the session. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** What a row is kept with. */
export interface SessionRowOptions {
  readonly db: Kysely<SessionSchema>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A session in memory, and its row after it. What happens counts at once, for nothing that is said to people or machines waits for a disk; it
 * is written in the order in which it happened, and again until the store takes it.
 */
export class SessionRow {
  readonly #options: SessionRowOptions;
  #written: Session;
  #life: SessionLife;
  #writes: Promise<void> = Promise.resolve();
  #state: 'open' | 'closed' = 'open';

  constructor(row: Session, options: SessionRowOptions) {
    this.#options = options;
    this.#written = row;
    this.#life = lifeOf(row);
  }

  /** As it is now. */
  get life(): SessionLife {
    return this.#life;
  }

  /** As it was written last; of use for what never changes. */
  get written(): Session {
    return this.#written;
  }

  /** There was input or output. */
  touch(now: number): void {
    this.#life = { ...this.#life, activeAt: now };
  }

  /**
   * Lets something happen. Undefined when it cannot happen now, otherwise resolves when it is written; rejects with `Overtaken`. Nobody has to
   * wait for it.
   */
  step(change: SessionChange): Promise<void> | undefined {
    const now = this.#options.clock.now();
    const next =
      change.event === 'stop' || change.event === 'finish'
        ? afterEvent(this.#life, change.event, now, change.reason)
        : afterEvent(this.#life, change.event, now);
    if (!next) return undefined;
    this.#life = next;
    return this.#queue(() => this.#write(change, now));
  }

  /** Puts numbers of messages up to this one aside. */
  reserve(end: number): Promise<void> {
    const { db } = this.#options;
    return this.#queue(async () => {
      await new SessionStore(db).reserveSequence(this.#written.session_id, end);
    });
  }

  /** Nothing more is tried; resolves when what is under way is written or given up. */
  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#writes.catch(() => undefined);
  }

  #queue(write: () => Promise<void>): Promise<void> {
    const done = this.#writes.catch(() => undefined).then(() => this.#insist(write));
    this.#writes = done;
    done.catch(() => undefined);
    return done;
  }

  async #insist(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        const { logger } = this.#options;
        logger.warn({ err: error, sessionId: this.#written.session_id }, 'a session could not be written');
        if (this.#state === 'closed' || error instanceof Overtaken) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }

  async #write(change: SessionChange, now: number): Promise<void> {
    const { db } = this.#options;
    if (change.event === 'finish') await failPoint('session.before-end');
    const next = await db.transaction().execute((trx) => changeSession(trx, this.#written, change, now));
    if (!next) throw new Overtaken(`${change.event} came too late for ${this.#written.session_id}`);
    this.#written = next;
  }
}
