import type { Clock } from '@muster/kernel';

/** Work that is done at moments which it names itself. */
export interface Alarm extends AsyncDisposable {
  /** Does the work now, or once more if it is under way. */
  kick(): void;
}

/** The longest sleep: a clock that was set is noticed after it, and a failure tried again. */
const MOST_MS = 1_000;

/** Starts an alarm. `work` gives the moment (epoch milliseconds) of the next work, undefined when none is known. */
export function startAlarm({
  work,
  clock,
  onError,
}: {
  work: () => Promise<number | undefined>;
  clock: Clock;
  onError: (error: unknown) => void;
}): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const run = async () => {
    let next: number | undefined;
    try {
      next = await work();
    } catch (error) {
      onError(error);
    }
    running = undefined;
    if (stopped) return;
    const wait = Math.max(Math.min((next ?? Number.POSITIVE_INFINITY) - clock.now(), MOST_MS), 0);
    timer = setTimeout(kick, again ? 0 : wait);
    again = false;
  };
  const kick = () => {
    if (stopped) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    clearTimeout(timer);
    running = run();
  };
  kick();
  return {
    kick,
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
