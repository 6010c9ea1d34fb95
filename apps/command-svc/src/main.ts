import { armFailPoints, readyUntilAskedToStop, settingsOrExit } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startCommandServer } from './server.ts';

const config = settingsOrExit(readConfig);
armFailPoints(config.failPoints);
await using server = await startCommandServer(config);
await readyUntilAskedToStop({ address: server.address }, config);
