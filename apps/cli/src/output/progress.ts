import type { Channel } from './terminal.ts';

/** Off a terminal, a sign of life comes after this much silence. */
export const HEARTBEAT_MS = 30_000;

/** Shows on standard error that something is going on. */
export interface Progress {
  /** Something was printed: no sign of life is needed for a while. */
  touched(): void;
  stop(): void;
}

/** One line that stays at the bottom of a terminal; elsewhere a plain line after every half minute of silence. */
export async function startProgress(channel: Channel, describe: () => string): Promise<Progress> {
  return channel.canRedraw ? startSpinner(channel, describe) : startHeartbeat(channel, describe);
}

async function startSpinner({ stream, colors }: Channel, describe: () => string): Promise<Progress> {
  const { default: ora } = await import('ora');
  const spinner = ora({
    stream: stream as NodeJS.WriteStream,
    isEnabled: true,
    // raw mode would swallow Ctrl-C
    discardStdin: false,
    color: false,
    suffixText: () => colors.dim(describe()),
  });
  spinner.start();
  return { touched: () => undefined, stop: () => void spinner.stop() };
}

function startHeartbeat(channel: Channel, describe: () => string): Progress {
  const timer = setInterval(() => channel.line(describe()), HEARTBEAT_MS);
  return { touched: () => void timer.refresh(), stop: () => clearInterval(timer) };
}
