// `node service-process.ts CONFIG`: the whole service in a process of its own, so that it can be killed; iam allows everything and every machine
// is ready. CONFIG is the settings as JSON. Says when it is ready, and where, as main.ts does.
import { armFailPoints, readyUntilAskedToStop } from '@muster/telemetry';
import { fakeAuthorizer, silentLogger } from '@muster/testkit';
import type { Config } from '../src/config.ts';
import { startSessionServer } from '../src/server.ts';
import { fakeMachines } from './fake-machines.ts';

const config = JSON.parse(process.argv[2]!) as Config;
armFailPoints(config.failPoints);
await using server = await startSessionServer(config, {
  authorizer: fakeAuthorizer(),
  machines: fakeMachines({ 'ins-00000001': {} }),
  logger: silentLogger,
});
await readyUntilAskedToStop({ address: server.address }, config);
