import { armFailPoints, readyUntilAskedToStop, settingsOrExit } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startSessionServer } from './server.ts';

const config = settingsOrExit(readConfig);
armFailPoints(config.failPoints);
await using server = await startSessionServer(config);
await readyUntilAskedToStop({ address: server.address }, config);
