import { describe, expect, it } from 'vitest';
import { type Cause, type End, outcomeOf, standingOf } from './outcome.ts';

const place = { username: 'deploy', workingDirectory: '/srv' };
const outcome = (end: End, cause?: Cause, survivors: number[] = []) => outcomeOf(end, { cause, survivors, place });
const exited = (status: number, reached = ['user', 'directory'], outOfMemory = false): End => ({
  kind: 'exited',
  status,
  reached,
  outOfMemory,
});

describe('the outcome', () => {
  it('is SUCCESS for exit code 0 and FAILED with the code for every other', () => {
    expect(outcome(exited(0))).toEqual({ outcome: 'SUCCESS', exitCode: 0, errorInfo: '' });
    expect(outcome(exited(3))).toEqual({ outcome: 'FAILED', exitCode: 3, errorInfo: '' });
  });

  it('explains exit codes that stand for a signal', () => {
    expect(outcome(exited(137))).toMatchObject({ outcome: 'FAILED', exitCode: 137 });
    expect(outcome(exited(137)).errorInfo).toContain('KILL');
  });

  it('says that memory ran out where the system killed for it, and the script failed', () => {
    expect(outcome(exited(137, undefined, true)).errorInfo).toMatch(/^OUT_OF_MEMORY: /);
    expect(outcome(exited(1, undefined, true))).toMatchObject({ outcome: 'FAILED', exitCode: 1 });
    expect(outcome(exited(0, undefined, true))).toEqual({ outcome: 'SUCCESS', exitCode: 0, errorInfo: '' });
  });

  it('is the first cause, whatever the script did after it', () => {
    for (const end of [exited(0), exited(143), exited(1, []), { kind: 'lost', rebooted: false } as const]) {
      expect(outcome(end, 'TIMEOUT')).toEqual({ outcome: 'TIMEOUT', exitCode: -1, errorInfo: '' });
      expect(outcome(end, 'TERMINATED')).toEqual({ outcome: 'TERMINATED', exitCode: -1, errorInfo: '' });
    }
  });

  it('names what could not be killed', () => {
    expect(outcome(exited(0), 'TIMEOUT', [7, 9]).errorInfo).toBe('these processes could not be killed: 7, 9');
  });

  it('is START_FAILED when the way to the script ended early', () => {
    expect(outcome(exited(1, []))).toMatchObject({ outcome: 'START_FAILED', exitCode: -1 });
    expect(outcome(exited(1, [])).errorInfo).toMatch(/^InvalidUser: .*`deploy`/);
    expect(outcome(exited(1, ['user'])).errorInfo).toBe('InvalidWorkingDirectory: user `deploy` may not enter `/srv`');
    expect(outcome({ kind: 'refused', reason: 'why' })).toMatchObject({ outcome: 'START_FAILED', errorInfo: 'why' });
  });

  it('says that an end is not known, and why', () => {
    expect(outcome({ kind: 'lost', rebooted: true })).toMatchObject({ outcome: 'INTERRUPTED', exitCode: -1 });
    expect(outcome({ kind: 'lost', rebooted: true }).errorInfo).toContain('restarted');
    expect(outcome({ kind: 'lost', rebooted: false }).errorInfo).toContain('supervisor');
  });
});

describe('the standing', () => {
  const none = { result: false, exited: false, permit: false, bootId: undefined };
  const now = { bootId: 'b', supervised: true };
  it.each([
    ['claimed', none, now],
    ['claimed', { ...none, bootId: 'b' }, { ...now, supervised: false }],
    ['claimed', { ...none, bootId: 'a' }, now],
    ['running', { ...none, bootId: 'b' }, now],
    ['running', { ...none, permit: true, bootId: 'b' }, now],
    ['lost', { ...none, permit: true, bootId: 'b' }, { ...now, supervised: false }],
    ['lost', { ...none, permit: true, bootId: 'a' }, now],
    ['lost', { ...none, permit: true }, now],
    ['exited', { ...none, permit: true, bootId: 'a', exited: true }, { ...now, supervised: false }],
    ['finished', { ...none, permit: true, bootId: 'b', exited: true, result: true }, now],
    ['finished', { ...none, result: true }, now],
  ])('is %s for %o now %o', (standing, traces, when) => {
    expect(standingOf(traces, when)).toBe(standing);
  });
});
