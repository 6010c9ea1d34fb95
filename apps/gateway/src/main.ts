import { announceReady, untilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startGateway } from './server.ts';

await using gateway = await startGateway(readConfig());
announceReady({ url: gateway.url });
await untilAskedToStop();
