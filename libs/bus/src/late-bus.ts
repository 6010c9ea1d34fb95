import { setTimeout as sleep } from 'node:timers/promises';
import { NatsError } from 'nats';
import { type Bus, NoAnswer, type Subscription } from './bus.ts';
import { connectServiceBus, type ServiceBusOptions } from './service-bus.ts';

/** How long a start waits for a bus that is slow to answer before it goes on without. */
const PATIENCE_MS = 2_000;
const TRY_AGAIN_MS = 500;

/**
 * Connects one of Muster's own, and does not wait for a bus that is away: the service starts and does what it can; `connected` says whether
 * the bus is there. Until then nothing can be published (events wait in the outbox) and nobody is heard; what is subscribed to is
 * subscribed to when the bus comes, and `onReconnect` tells of that. Throws as `connectServiceBus` does for settings that cannot work.
 */
export async function serviceBusInBackground(
  options: ServiceBusOptions,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): Promise<Bus> {
  const { logger } = options;
  const stop = new AbortController();
  const late = lateBus(() => stop.abort());
  const attempt = async () => late.arrived(await connectServiceBus({ ...options, waitForServer: false }));
  const keepTrying = async () => {
    while (!stop.signal.aborted) {
      await sleep(TRY_AGAIN_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      try {
        await attempt();
        return logger.info('the bus is there');
      } catch (error) {
        logger.debug({ err: error }, 'the bus is still away');
      }
    }
  };
  const first = attempt().catch((error: unknown) => {
    if (!isAway(error)) throw error;
    logger.warn({ err: error }, 'the bus is away; it is looked for again and again');
    late.trying(keepTrying());
  });
  const enough = new AbortController();
  await Promise.race([first, sleep(patienceMs, undefined, { signal: enough.signal }).catch(() => undefined)]);
  enough.abort();
  return late.bus;
}

/** Nobody there, or no way there; against settings that no patience cures. */
function isAway(error: unknown): boolean {
  return error instanceof NatsError || (error as NodeJS.ErrnoException).syscall !== undefined;
}

/** A bus that may come later; `stopped` is called when it is disposed. */
function lateBus(stopped: () => void) {
  let real: Bus | undefined;
  let over = false;
  let looking: Promise<void> | undefined;
  const waiting = new Set<(bus: Bus) => void>();
  const returned = new Set<() => void>();
  const away = () => new NoAnswer('the bus is away');

  const whenThere = (subscribe: (bus: Bus) => Subscription): Subscription => {
    if (real) return subscribe(real);
    let made: Subscription | undefined;
    const make = (bus: Bus) => {
      made = subscribe(bus);
    };
    waiting.add(make);
    return {
      unsubscribe() {
        waiting.delete(make);
        made?.unsubscribe();
      },
    };
  };
  const tell = () => {
    for (const listener of [...returned]) listener();
  };
  const there = async (): Promise<Bus> => {
    if (!real) throw away();
    return real;
  };

  const bus: Bus = {
    get connected() {
      return real?.connected ?? false;
    },
    get connection() {
      if (!real) throw away();
      return real.connection;
    },
    publish: (subject, schema, message) => real?.publish(subject, schema, message),
    publishRaw: (subject, data) => real?.publishRaw(subject, data),
    publishToListener(subject, schema, message, nobody) {
      if (real) real.publishToListener(subject, schema, message, nobody);
      else setImmediate(nobody);
    },
    request: async (...request) => (await there()).request(...request),
    requestRaw: async (...request) => (await there()).requestRaw(...request),
    publishEvent: async (...event) => (await there()).publishEvent(...event),
    subscribe: (...subscription) => whenThere((found) => found.subscribe(...subscription)),
    serve: (...service) => whenThere((found) => found.serve(...service)),
    subscribeRaw: (...subscription) => whenThere((found) => found.subscribeRaw(...subscription)),
    flush: async () => real?.flush(),
    onReconnect(listener) {
      returned.add(listener);
      return { [Symbol.dispose]: () => void returned.delete(listener) };
    },
    async [Symbol.asyncDispose]() {
      over = true;
      stopped();
      await looking;
      await real?.[Symbol.asyncDispose]();
    },
  };
  return {
    bus,
    trying(search: Promise<void>) {
      looking = search;
    },
    async arrived(found: Bus) {
      if (over) return found[Symbol.asyncDispose]();
      const isLate = looking !== undefined;
      real = found;
      found.onReconnect(tell);
      for (const subscribe of waiting) subscribe(found);
      waiting.clear();
      await found.flush();
      if (isLate) tell();
    },
  };
}
