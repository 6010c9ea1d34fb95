/** The parts of a connection that count what has not reached the server. */
export interface FlushedConnection {
  /** Resolves when everything before it has reached the server; rejects when the connection is lost. */
  flush(): Promise<void>;
}

/** Bytes that wait at most; the server itself keeps as much for a slow client (`max_pending`). */
const MOST_BYTES = 16 << 20;
/** After so many bytes the server is asked whether it has them. */
const STEP_BYTES = 256 << 10;

/**
 * What was published and has not reached the server, bounded: the client library keeps all of it in memory, however slow the server is or
 * however long it is away.
 */
export class Outflow {
  readonly #connection: FlushedConnection;
  readonly #most: number;
  #waiting: number = 0;
  #asking: boolean = false;
  #online: boolean = true;

  constructor(connection: FlushedConnection, most: number = MOST_BYTES) {
    this.#connection = connection;
    this.#most = most;
  }

  /** Whether so many bytes more may be published now; if so they are counted. */
  take(bytes: number): boolean {
    if (this.#waiting + bytes > this.#most) return false;
    this.#waiting += bytes;
    if (this.#online && this.#waiting >= STEP_BYTES) this.#ask();
    return true;
  }

  /** The connection was lost or is there again. What waited goes out with it. */
  set online(online: boolean) {
    this.#online = online;
    if (online) this.#ask();
  }

  #ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    const before = this.#waiting;
    const arrived = () => {
      this.#waiting -= before;
    };
    this.#connection
      .flush()
      // lost with the connection is gone too; what was kept is counted again when it is back
      .then(arrived, () => {
        if (this.#online) arrived();
      })
      .finally(() => {
        this.#asking = false;
        if (this.#online && this.#waiting >= STEP_BYTES) this.#ask();
      });
  }
}
