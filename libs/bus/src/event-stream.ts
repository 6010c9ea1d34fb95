import { RetentionPolicy, StorageType } from 'nats';
import type { Bus } from './bus.ts';
import { EVENT_STREAM } from './subjects.ts';

/** How long events are kept, in nanoseconds: 30 days. */
const MAX_AGE_NS = 30 * 24 * 3600 * 1e9;

/** Makes the stream of domain events, or brings it to this version's settings. Limits retention: a work queue forgets its de-duplication. */
export async function ensureEventStream(bus: Bus): Promise<void> {
  const manager = await bus.connection.jetstreamManager({ checkAPI: false });
  const settings = {
    subjects: [...EVENT_STREAM.subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: MAX_AGE_NS,
    max_bytes: 1 << 30,
    duplicate_window: 120 * 1e9,
  };
  try {
    await manager.streams.info(EVENT_STREAM.name);
  } catch {
    await manager.streams.add({ name: EVENT_STREAM.name, ...settings });
    return;
  }
  await manager.streams.update(EVENT_STREAM.name, settings);
}
