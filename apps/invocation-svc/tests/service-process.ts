// `node service-process.ts CONFIG`: the whole service in a process of its own, so that it can be killed; iam and library always agree.
// CONFIG is the settings as JSON. Says when it is ready, and where, as main.ts does; a message `{ arm }` arms fail points from then on.
import { notFound } from '@muster/kernel';
import { armFailPoints, readyUntilAskedToStop } from '@muster/telemetry';
import { fakeAuthorizer, silentLogger } from '@muster/testkit';
import type { Config } from '../src/config.ts';
import { createServer } from '../src/server.ts';
import { fakeDelegations } from './fake-delegations.ts';
import { fakeObjectStorage } from './fake-object-storage.ts';

const config = JSON.parse(process.argv[2]!) as Config;
armFailPoints(config.failPoints);
process.on('message', ({ arm }: { arm: string }) => armFailPoints(arm));
await using server = await createServer(config, {
  authorizer: fakeAuthorizer(),
  // those that were made before a crash are still there after it
  delegations: { ...fakeDelegations(), issue: async () => 'root' },
  objectStorage: fakeObjectStorage,
  logger: silentLogger,
  commandLibrary: {
    async resolve({ commandId }) {
      throw notFound('ResourceNotFound.CommandNotFound', 'command', commandId);
    },
    count: async () => ({ used: 0, total: 500 }),
    save: async () => undefined,
  },
});
await readyUntilAskedToStop({ address: server.address }, config);
