import { constants } from 'node:os';

/** Tells whoever started this process that it is ready, over the IPC channel when there is one. `details` is what a starter cannot know, such as the port. */
export function announceReady(details: Readonly<Record<string, string>>): void {
  process.send?.({ ready: true, ...details });
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Resolves when the process is asked to stop: SIGTERM, SIGINT, or the end of the IPC channel to its starter, so that
 * no process outlives a starter that was killed. Whoever asks by signal once more does not want to wait: the process ends at once.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let signalled = false;
    const stop = () => {
      // listening for its end keeps the channel open, and an open channel keeps the process alive
      process.channel?.unref();
      resolve();
    };
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (signalled) process.exit(128 + constants.signals[signal]);
        signalled = true;
        stop();
      });
    }
    process.once('disconnect', stop);
  });
}

/**
 * Both, in the order that loses nothing: whoever hears that the process is ready may ask it to stop at once. From then on it has
 * `stopSeconds` for what is under way; then it ends with exit code 1, whatever has not.
 */
export async function readyUntilAskedToStop(
  details: Readonly<Record<string, string>>,
  { stopSeconds }: { stopSeconds: number },
): Promise<void> {
  const asked = untilAskedToStop();
  announceReady(details);
  await asked;
  const late = setTimeout(() => {
    process.stderr.write(`what was under way did not end within ${stopSeconds} s of being asked to stop\n`);
    process.exit(1);
  }, stopSeconds * 1_000);
  late.unref();
}
