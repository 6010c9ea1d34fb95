/** Tells whoever started this process that it is ready, over the IPC channel when there is one. `details` is what a starter cannot know, such as the port. */
export function announceReady(details: Readonly<Record<string, string>>): void {
  process.send?.({ ready: true, ...details });
}

/**
 * Resolves when the process is asked to stop: SIGTERM, SIGINT, or the end of the IPC channel to its starter, so that
 * no process outlives a starter that was killed.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      // listening for its end keeps the channel open, and an open channel keeps the process alive
      process.channel?.unref();
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
    process.once('disconnect', stop);
  });
}

/** Both, in the order that loses nothing: whoever hears that the process is ready may ask it to stop at once. */
export function readyUntilAskedToStop(details: Readonly<Record<string, string>>): Promise<void> {
  const asked = untilAskedToStop();
  announceReady(details);
  return asked;
}
