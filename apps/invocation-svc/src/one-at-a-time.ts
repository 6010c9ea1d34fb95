/**
 * Does work for a key one after the other, each time with what is known when it begins. Whoever asks while one run waits for its turn
 * shares that one: it will see all that was known when they asked.
 */
export function oneAtATime(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  const start = (key: string): Promise<void> => {
    const run = work(key).finally(() => running.delete(key));
    running.set(key, run);
    return run;
  };
  return (key) => {
    const shared = waiting.get(key);
    if (shared !== undefined) return shared;
    const current = running.get(key);
    if (current === undefined) return start(key);
    const next = current
      .catch(() => {})
      .then(() => {
        waiting.delete(key);
        return start(key);
      });
    waiting.set(key, next);
    return next;
  };
}
