import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HEARTBEAT_MS, startProgress } from './progress.ts';
import type { Channel } from './terminal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('off a terminal a line comes after half a minute of silence, and only then', async () => {
  const lines: string[] = [];
  const channel = { canRedraw: false, line: (text: string) => lines.push(text) } as unknown as Channel;
  const progress = await startProgress(channel, () => `line ${lines.length}`);
  vi.advanceTimersByTime(HEARTBEAT_MS - 1);
  progress.touched();
  vi.advanceTimersByTime(HEARTBEAT_MS - 1);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(lines).toEqual(['line 0']);
  vi.advanceTimersByTime(HEARTBEAT_MS);
  expect(lines).toEqual(['line 0', 'line 1']);
  progress.stop();
  vi.advanceTimersByTime(10 * HEARTBEAT_MS);
  expect(lines).toHaveLength(2);
});
