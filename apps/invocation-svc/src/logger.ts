import { createLogger, type Logger } from '@muster/telemetry';

/** The service's name: in logs, on the bus and in its identity. */
export const SERVICE_NAME = 'invocation-svc';

/** The logger of this process. */
export function serviceLogger(level: string): Logger {
  return createLogger(SERVICE_NAME, level);
}
