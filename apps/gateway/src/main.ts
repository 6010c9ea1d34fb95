import { readyUntilAskedToStop, settingsOrExit } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startGateway } from './server.ts';

const config = settingsOrExit(readConfig);
await using gateway = await startGateway(config);
await readyUntilAskedToStop({ url: gateway.url }, config);
