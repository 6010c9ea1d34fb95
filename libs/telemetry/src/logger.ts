import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * The logger of one process: JSON lines on standard error, because standard output belongs to whoever reads a program's result.
 * Secrets are cut by name wherever they stand, so that a careless call cannot leak one.
 */
export function createLogger(name: string, level = 'info'): Logger {
  return pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['secret', 'password', 'token', 'authorization', 'seed', 'credential'].flatMap((key) => [
          key,
          `*.${key}`,
        ]),
        censor: '[redacted]',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
