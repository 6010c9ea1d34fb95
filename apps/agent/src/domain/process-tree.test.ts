import { expect, it } from 'vitest';
import { type ProcessInfo, treeOf } from './process-tree.ts';

const process = (pid: number, parent: number, session: number, marked = false): ProcessInfo => ({
  pid,
  parent,
  session,
  marked,
});

it('holds what is marked, shares a session with it, or descends from it', () => {
  const tree = treeOf(
    [
      process(1, 0, 1),
      process(40, 1, 40),
      process(50, 40, 50, true),
      process(51, 50, 50),
      process(52, 1, 50),
      process(61, 60, 61),
      process(60, 51, 60),
      process(70, 1, 70, true),
    ],
    new Set(),
  );
  expect([...tree.pids].sort()).toEqual([50, 51, 52, 60, 61, 70]);
  expect([...tree.sessions].sort()).toEqual([50, 70]);
});

it('remembers a session whose marked leader is gone', () => {
  expect([...treeOf([process(52, 1, 50), process(53, 1, 53)], new Set([50])).pids]).toEqual([52]);
});

it('is empty when nothing is marked', () => {
  expect(treeOf([process(1, 0, 1), process(2, 1, 1)], new Set()).pids.size).toBe(0);
});
