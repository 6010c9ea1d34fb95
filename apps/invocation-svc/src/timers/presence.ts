import type { Bus } from '@muster/bus';
import type { MachineContext } from '../machine-context.ts';
import { goOffline } from '../presence.ts';
import { InstanceStore } from '../store/instance-store.ts';

/** What looking for silent machines needs. */
export interface PresenceParts extends Pick<MachineContext, 'db' | 'write' | 'clock' | 'logger'> {
  readonly bus: Pick<Bus, 'connected'>;
  /** How long a machine may be silent. */
  readonly offlineAfterMs: number;
  /** How often to look. */
  readonly everyMs?: number;
}

/**
 * Marks machines offline that have been silent for too long. Silence counts only while this service could have heard them:
 * after its own start, or without the bus, nobody is called offline before the whole time has passed again.
 */
export function startPresenceTimer(parts: PresenceParts): AsyncDisposable {
  const { bus, db, write, clock, logger, offlineAfterMs, everyMs = 1_000 } = parts;
  let hearingSince = clock.now();
  let looking = Promise.resolve();

  const look = async () => {
    const now = clock.now();
    if (!bus.connected) hearingSince = now;
    const before = now - offlineAfterMs;
    if (hearingSince > before) return;
    // most looks find nobody, and a read waits for no writer
    if ((await new InstanceStore(db).silentSince(before)).length === 0) return;
    const gone = await write(async (unit) => {
      const silent = await new InstanceStore(unit.trx).silentSince(before);
      for (const instance of silent) await goOffline(unit, instance, now);
      return silent;
    });
    for (const { instanceId } of gone) logger.info({ instanceId }, 'a machine has fallen silent');
  };
  const timer = setInterval(() => {
    looking = looking
      .then(look)
      .catch((error: unknown) => logger.error({ err: error }, 'presence could not be judged'));
  }, everyMs);

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}
