import { readyUntilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startGateway } from './server.ts';

await using gateway = await startGateway(readConfig());
await readyUntilAskedToStop({ url: gateway.url });
