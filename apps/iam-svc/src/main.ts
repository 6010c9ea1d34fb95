import { announceReady, untilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startIamServer } from './server.ts';

await using server = await startIamServer(readConfig());
announceReady({ address: server.address, rootCredentialsFile: server.rootCredentialsFile });
await untilAskedToStop();
