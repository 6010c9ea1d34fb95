import type { FakeSession } from '../src/fake-session.test-support.ts';
import type { LinkSocket } from '../src/index.ts';

type Listeners = Record<'open' | 'error' | 'message' | 'close', ((event: never) => void)[]>;

/** What becomes of a frame on its way: it arrives so often. */
export type Fate = () => 0 | 1 | 2;

/** A WebSocket to a fake session, without a network. It opens, and everything arrives, a moment later. */
export class FakeSocket implements LinkSocket {
  binaryType = 'blob';
  readonly #fate: Fate;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };
  readonly #far: ReturnType<FakeSession['accept']>;
  #phase: 'open' | 'dead' | 'closed' = 'open';

  constructor(session: FakeSession, fate: Fate = () => 1) {
    this.#fate = fate;
    this.#far = session.accept({
      send: (bytes) => this.#carry(() => this.#emit('message', { data: bytes.buffer.slice(0) }), bytes),
      close: (reason) => this.#soon(() => this.#closed(reason)),
    });
    this.#soon(() => this.#emit('open', {}));
  }

  addEventListener(type: keyof Listeners, listener: (event: never) => void): void {
    this.#listeners[type].push(listener);
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#carry(() => this.#far.receive(bytes), bytes);
  }

  close(): void {
    this.#closed('');
  }

  /** Everything vanishes from now on, and neither end hears of it. */
  die(): void {
    this.#phase = 'dead';
  }

  /** As a network does it. */
  break(): void {
    this.#emit('error', { message: 'it broke' });
    this.#closed('');
  }

  /** Only data and acknowledgements have another fate than to arrive once. */
  #carry(arrive: () => void, bytes: Uint8Array): void {
    const times = bytes[0] === 3 || bytes[0] === 4 ? this.#fate() : 1;
    for (let time = 0; time < times; time++) this.#soon(arrive);
  }

  #soon(act: () => void): void {
    setTimeout(() => {
      if (this.#phase === 'open') act();
    }, 1);
  }

  #closed(reason: string): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#far.closed();
    this.#emit('close', { reason });
  }

  #emit(type: keyof Listeners, event: object): void {
    for (const listener of this.#listeners[type]) listener(event as never);
  }
}
