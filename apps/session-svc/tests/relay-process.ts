// `node relay-process.ts CONFIG TENANT`: the service with its door in a process of its own, so that it can be killed; iam allows everything. CONFIG is
// the settings as JSON. Says when it is ready, and where both of its doors are, with a blank between them.
import { armFailPoints, readyUntilAskedToStop } from '@muster/telemetry';
import { silentLogger } from '@muster/testkit';
import type { Config } from '../src/config.ts';
import { startSessionServer } from '../src/server.ts';
import { manyUsers, signingMachines } from './relay-fixture.ts';

const config = JSON.parse(process.argv[2]!) as Config;
armFailPoints(config.failPoints);
await using server = await startSessionServer(config, {
  ...{ authorizer: manyUsers(), machines: signingMachines(process.argv[3]!), logger: silentLogger },
});
await readyUntilAskedToStop({ address: `${server.address} ${server.terminalAddress}` }, config);
