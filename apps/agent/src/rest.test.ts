import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Rest } from './rest.ts';

const collect = vi.fn();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('gc', collect);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  collect.mockClear();
});

it('gives memory back once it is quiet, once for every time that something happened', () => {
  using rest = new Rest();
  vi.advanceTimersByTime(9_000);
  rest.disturb();
  vi.advanceTimersByTime(9_000);
  expect(collect).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(collect).toHaveBeenCalledTimes(1);
  rest.disturb();
  vi.advanceTimersByTime(60_000);
  expect(collect).toHaveBeenCalledTimes(2);
});

it('does nothing where Node.js does not let it, and after its end', () => {
  vi.stubGlobal('gc', undefined);
  using _unable = new Rest();
  vi.advanceTimersByTime(60_000);
  vi.stubGlobal('gc', collect);
  const over = new Rest();
  over[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect(collect).not.toHaveBeenCalled();
});
