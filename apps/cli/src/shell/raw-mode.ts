import { spawnSync } from 'node:child_process';
import type { Input } from '../output/terminal.ts';

/** Signals that ask the process to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndSignal = (typeof SIGNALS)[number];

/**
 * Brings keys as they are pressed and lets output through as it is, until it is disposed; then the terminal is as it was, also when a
 * fault ends the process. Signals that would end it are handed to `onSignal` instead. Where input is no terminal, only that.
 */
export function rawMode(input: Input, onSignal: (signal: EndSignal) => void): Disposable {
  const set = (isRaw: boolean) => {
    if (input.isTTY === true) input.setRawMode?.(isRaw);
  };
  const restore = () => set(false);
  set(true);
  passOutput(input);
  process.on('exit', restore);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    [Symbol.dispose]() {
      restore();
      process.off('exit', restore);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

/**
 * Node's raw mode still turns every line feed of the output into a new line, and full-screen programs mean it as one step down. Node has
 * no call for that. What this changes is put back with the raw mode.
 */
function passOutput(input: Input): void {
  if (input !== process.stdin || input.isTTY !== true || process.platform === 'win32') return;
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
}
