import { readyUntilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startIamServer } from './server.ts';

await using server = await startIamServer(readConfig());
await readyUntilAskedToStop({ address: server.address, rootCredentialsFile: server.rootCredentialsFile });
