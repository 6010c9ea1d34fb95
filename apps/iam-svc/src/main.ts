import { announceReady, untilAskedToStop } from '@muster/telemetry';
import { readConfig } from './config.ts';
import { startIamServer } from './server.ts';

await using server = await startIamServer(readConfig());
// listens before it announces: whoever hears of it may ask it to stop at once
const askedToStop = untilAskedToStop();
announceReady({ address: server.address, rootCredentialsFile: server.rootCredentialsFile });
await askedToStop;
