import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Frame, frameCutter } from './nats-frames.ts';

/** A network between somebody and nats-server that does as it is told. */
export interface FaultyLink extends AsyncDisposable {
  /** `host:port` to connect to instead of the server. */
  readonly address: string;
  /** Nothing arrives any more, nobody is told: a partition without a reset. What was sent meanwhile arrives after `heal`, as TCP has it. */
  silence(way: 'up' | 'down' | 'both'): void;
  /** Resets every connection, on both sides. */
  cut(): void;
  /** New connections are reset until `heal`. */
  refuse(): void;
  /** Everything takes this much longer from now on. */
  delay(ms: number): void;
  /** Says how often each frame is passed on: 0 drops it, 1 passes it, 5 repeats it. */
  filter(count: (frame: Frame) => number): void;
  /** Ends silence, refusal, delay and filter. */
  heal(): void;
}

/** Opens a link on a free loopback port to `to` (`host:port`). */
export async function faultyLink({ to }: { to: string }): Promise<FaultyLink> {
  const { hostname: host, port } = new URL(`nats://${to}`);
  const silent = { up: false, down: false };
  const relays = new Set<Relay>();
  let refusing = false;
  let delayMs = 0;
  let count: (frame: Frame) => number = () => 1;

  const server = createServer((client) => {
    if (refusing) return void client.resetAndDestroy();
    const upstream = connect(Number(port), host);
    for (const [way, from, into] of [
      ['up', client, upstream],
      ['down', upstream, client],
    ] as const) {
      from.setNoDelay();
      const relay = new Relay({
        way,
        from,
        into,
        silent: () => silent[way],
        delayMs: () => delayMs,
        count: (frame) => count(frame),
      });
      relays.add(relay);
      from.once('close', () => relays.delete(relay));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stir = () => {
    for (const relay of relays) relay.stir();
  };
  const link: FaultyLink = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence(way) {
      silent.up ||= way !== 'down';
      silent.down ||= way !== 'up';
      stir();
    },
    cut() {
      for (const relay of relays) relay.reset();
    },
    refuse() {
      refusing = true;
    },
    delay(ms) {
      delayMs = ms;
    },
    filter(by) {
      count = by;
    },
    heal() {
      Object.assign(silent, { up: false, down: false });
      refusing = false;
      delayMs = 0;
      count = () => 1;
      stir();
    },
    async [Symbol.asyncDispose]() {
      link.cut();
      server.close();
      await once(server, 'close');
    },
  };
  return link;
}

interface RelayOptions {
  readonly way: Frame['way'];
  readonly from: Socket;
  readonly into: Socket;
  readonly silent: () => boolean;
  readonly delayMs: () => number;
  readonly count: (frame: Frame) => number;
}

/** One way of one connection. */
class Relay {
  readonly #options: RelayOptions;
  readonly #waiting: { bytes: Buffer; at: number }[] = [];
  #source: 'open' | 'ended' = 'open';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { from, way } = options;
    const cut = frameCutter(way);
    from.on('data', (chunk: Buffer) => {
      for (const frame of cut(chunk)) {
        const at = performance.now() + options.delayMs();
        for (let times = options.count(frame); times > 0; times -= 1) this.#waiting.push({ bytes: frame.bytes, at });
      }
      this.stir();
    });
    // a reset is an end, too
    from.on('error', () => {});
    from.on('close', () => {
      this.#source = 'ended';
      this.stir();
    });
    this.stir();
  }

  /** Passes on what may pass now. A silent way is not even read, so whoever writes into it meets a full buffer as on a dead wire. */
  stir(): void {
    const { from, into, silent } = this.#options;
    clearTimeout(this.#timer);
    if (silent()) return void from.pause();
    from.resume();
    while (this.#waiting.length > 0 && this.#waiting[0]!.at <= performance.now())
      into.write(this.#waiting.shift()!.bytes);
    const next = this.#waiting[0];
    if (next) this.#timer = setTimeout(() => this.stir(), Math.max(0, next.at - performance.now()));
    else if (this.#source === 'ended') into.destroy();
  }

  reset(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#options.from.resetAndDestroy();
  }
}
