import { announceReady, untilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { createServer } from './server.ts';

await using server = await createServer(readConfig());
announceReady({ address: server.address });
await untilAskedToStop();
