import { connectServiceBus, subjects } from '@muster/bus';
import { silentLogger } from './logger.ts';
import type { NatsServer } from './nats-server.ts';

/** How many events the stream holds on subjects such as `evt.iam.>`. */
export async function eventCount({ url, installation }: NatsServer, filter: string): Promise<number> {
  const credsFile = installation.credsFile('setup');
  await using bus = await connectServiceBus({ name: 'setup', url, credsFile, logger: silentLogger });
  const manager = await bus.connection.jetstreamManager({ checkAPI: false });
  const { state } = await manager.streams.info(subjects.EVENT_STREAM.name, { subjects_filter: filter });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}
