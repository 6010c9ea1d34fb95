import { readyUntilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startCommandServer } from './server.ts';

await using server = await startCommandServer(readConfig());
await readyUntilAskedToStop({ address: server.address });
