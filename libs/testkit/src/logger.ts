import { createLogger } from '@muster/telemetry';

/** Says nothing; a test looks at behaviour, not at logs. Set MUSTER_TEST_LOG to a level to listen in while looking for a fault. */
export const silentLogger = createLogger('test', process.env.MUSTER_TEST_LOG ?? 'silent');
