import { armFailPoints, readyUntilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { createServer } from './server.ts';

const config = readConfig();
armFailPoints(config.failPoints);
await using server = await createServer(config);
await readyUntilAskedToStop({ address: server.address }, config);
