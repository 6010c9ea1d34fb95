import { armFailPoints, readyUntilAskedToStop, settingsOrExit } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startIamServer } from './server.ts';

const config = settingsOrExit(readConfig);
armFailPoints(config.failPoints);
await using server = await startIamServer(config);
await readyUntilAskedToStop({ address: server.address, rootCredentialsFile: server.rootCredentialsFile }, config);
