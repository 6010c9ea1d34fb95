import { readyUntilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { createServer } from './server.ts';

await using server = await createServer(readConfig());
await readyUntilAskedToStop({ address: server.address });
