import { announceReady, untilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startCommandServer } from './server.ts';

await using server = await startCommandServer(readConfig());
announceReady({ address: server.address });
await untilAskedToStop();
