import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryRules } from './delivery.ts';
import { isFull, newTask, type Task } from './task.ts';
import {
  cancel,
  expire,
  finish,
  interrupt,
  repeatCancel,
  type TaskOutcome,
  type TaskReport,
  wrote,
} from './task-end.ts';
import { deliver, LONGEST_QUEUE_MS, queueOn, start, unheard, unsendable } from './task-start.ts';
import { isFinal, isWaiting } from './task-status.ts';

const rules: DeliveryRules = {
  ...{ windowMs: 10_000, deadlineMs: 60_000, graceMs: 60_000, catchUpMs: 120_000, outputLimit: 100 },
  backlog: { ofAccount: 1, inAll: 1 },
};
const T0 = 1_000_000;
const task = newTask(
  {
    invocationTaskId: 'invt-00000001',
    invocationId: 'inv-00000001',
    position: 0,
    accountUin: '1',
    commandId: 'cmd-00000001',
    commandSubject: '*',
    instanceId: 'ins-00000001',
    instanceName: 'web-1',
    timeout: 30,
    offlineExpiresAt: undefined,
  },
  T0,
  rules,
);
const report: TaskReport = {
  claim: 'a',
  outcome: 'SUCCESS',
  exitCode: 0,
  errorInfo: '',
  stdoutLength: 0,
  stderrLength: 0,
  discarded: 0,
  elapsedMs: 5,
  outputUrl: '',
  outputUploadError: '',
};
const delivering = deliver(task, T0, rules)!;
const running = grant(delivering, 'a', T0 + 10);

function grant(of: Task, claim: string, now: number): Task {
  const decision = start(of, claim, now, rules);
  if (!decision.granted || !decision.task) throw new Error('not granted');
  return decision.task;
}

describe('delivery', () => {
  it('gives the first sending the window and later ones 0.4 s … 5 s', () => {
    expect(delivering).toMatchObject({ status: 'DELIVERING', attempts: 1, dueAt: T0 + 10_000 });
    const waits = [];
    let delayed = delivering;
    for (let count = 0; count < 7; count++) {
      delayed = deliver(delayed, T0, rules)!;
      expect(delayed.status).toBe('DELIVER_DELAYED');
      waits.push(delayed.dueAt! - T0);
    }
    expect(waits).toEqual([400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  it('is delayed at once when nobody listened, but only by the newest sending', () => {
    expect(unheard(delivering, 1, T0)).toMatchObject({ status: 'DELIVER_DELAYED', dueAt: T0 + 200 });
    expect(unheard({ ...delivering, attempts: 2 }, 1, T0)).toBeUndefined();
    expect(unheard(running, 1, T0)).toBeUndefined();
  });

  it('fails at its deadline and not before', () => {
    for (const waiting of [task, delivering]) {
      expect(expire(waiting, T0 + 59_999)).toBeUndefined();
      expect(expire(waiting, T0 + 60_000)).toMatchObject({ status: 'DELIVER_FAILED', endTime: T0 + 60_000 });
    }
  });
});

describe('a task whose time passes while it waits for its turn', () => {
  it('waits on for as long as a delivery may take, again and again, half an hour in all', () => {
    const queued = queueOn(task, T0 + 60_000, rules);
    expect(queued).toEqual({ ...task, deadlineAt: T0 + 120_000 });
    expect(queueOn(queued!, T0 + 80_000, rules)).toBeUndefined();
    expect(queueOn(queued!, T0 + 120_000, rules)).toMatchObject({ deadlineAt: T0 + 180_000 });
    expect(queueOn(task, T0 + LONGEST_QUEUE_MS, rules)).toBeUndefined();
  });

  it.each<[string, Task]>([
    ['was sent', { ...delivering, dueAt: T0 }],
    ['waits for its machine to come back', { ...task, dueAt: undefined }],
    ['has its own time to wait', { ...task, offlineExpiresAt: T0 + 1_000, deadlineAt: T0 + 1_000 }],
  ])('does not when it %s', (_, other) => {
    expect(queueOn(other, T0 + 60_000, rules)).toBeUndefined();
  });
});

describe('the start', () => {
  it('is granted once, to one claim, and that claim hears the same again', () => {
    expect(running).toMatchObject({ status: 'RUNNING', claim: 'a', startTime: T0 + 10, dueAt: undefined });
    expect(running.deadlineAt).toBe(T0 + 10 + 30_000 + 60_000);
    expect(start(running, 'a', T0 + 20, rules)).toEqual({ granted: true });
    expect(start(running, 'b', T0 + 20, rules)).toMatchObject({ granted: false });
    const cancelling = cancel(running, T0 + 15, rules)!;
    expect(start(cancelling, 'a', T0 + 20, rules)).toEqual({ granted: true });
  });

  it.each<[string, Task, number]>([
    ['was never sent', task, T0],
    ['is too late', delivering, T0 + 60_000],
    ['was cancelled', cancel(delivering, T0, rules)!, T0],
    ['could not be delivered', expire(delivering, T0 + 60_000)!, T0],
  ])('is refused when the task %s', (_, of, now) => {
    expect(start(of, 'a', now, rules).granted).toBe(false);
  });

  it('needs a claim', () => {
    expect(start(delivering, '', T0, rules).granted).toBe(false);
  });
});

describe('the end', () => {
  it('waits for output up to the limit', () => {
    expect(finish(running, { ...report, stdoutLength: 3 }, T0, rules).kind).toBe('incomplete');
    const complete = wrote(running, 'STDOUT', 3, T0, rules);
    expect(finish(complete, { ...report, stdoutLength: 3 }, T0, rules).kind).toBe('finished');
    const full = wrote(running, 'STDERR', 100, T0, rules);
    expect(finish(full, { ...report, stderrLength: 500 }, T0, rules).kind).toBe('finished');
  });

  it('counts what nobody stored: past the limit of the machine, and past that of both outputs together', () => {
    const nearly = wrote(wrote(running, 'STDOUT', 60, T0, rules), 'STDERR', 39, T0, rules);
    const says = { ...report, stdoutLength: 100, stderrLength: 70, discarded: 1_000 };
    expect(isFull(nearly, rules)).toBe(false);
    expect(finish(nearly, says, T0, rules).kind).toBe('incomplete');
    const full = wrote(nearly, 'STDOUT', 1, T0, rules);
    expect(isFull(full, rules)).toBe(true);
    const decision = finish(full, says, T0, rules);
    // 1,170 bytes in all, 100 of them stored
    expect(decision.kind === 'finished' && decision.task.discarded).toBe(1_070);
  });

  it('is taken from the claim that started it', () => {
    expect(finish(running, { ...report, claim: 'b' }, T0, rules).kind).toBe('known');
    expect(finish(running, { ...report, claim: '', outcome: 'START_FAILED' }, T0, rules).kind).toBe('known');
    expect(finish(delivering, report, T0, rules).kind).toBe('known');
    expect(finish(delivering, { ...report, claim: '', outcome: 'START_FAILED' }, T0, rules).kind).toBe('finished');
  });

  it('never lies in the future', () => {
    const decision = finish(running, { ...report, elapsedMs: 1e9 }, T0 + 500, rules);
    expect(decision.kind === 'finished' && decision.task).toMatchObject({ execEndTime: T0 + 500, endTime: T0 + 500 });
  });

  it('comes without a word at timeout and grace, later when it still writes', () => {
    const deadline = running.deadlineAt!;
    expect(expire(running, deadline - 1)).toBeUndefined();
    expect(expire(running, deadline)).toMatchObject({ status: 'TASK_TIMEOUT', exitCode: -1 });
    expect(expire(wrote(running, 'STDOUT', 1, deadline - 1, rules), deadline)).toBeUndefined();
  });

  it('is what the script makes of it when a cancel comes too late', () => {
    const decision = finish(cancel(running, T0 + 20, rules)!, report, T0 + 30, rules);
    expect(decision.kind === 'finished' && decision.task.status).toBe('SUCCESS');
  });
});

describe('a cancel', () => {
  it('ends what has not started, asks the machine otherwise, and leaves alone what has ended', () => {
    expect(cancel(task, T0, rules)).toMatchObject({ status: 'CANCELLED', endTime: T0, dueAt: undefined });
    const cancelling = cancel(running, T0 + 20, rules)!;
    expect(cancelling).toMatchObject({ status: 'CANCELLING', dueAt: T0 + 20, deadlineAt: T0 + 20 + 60_000 });
    expect(cancel(cancelling, T0 + 30, rules)).toBeUndefined();
    expect(repeatCancel(cancelling, T0 + 20)?.dueAt).toBe(T0 + 5_020);
  });
});

describe('what comes after the end', () => {
  const over = running.deadlineAt!;
  const silent = expire(running, over)!;
  const succeeded = taken(finish(running, report, T0 + 50, rules));

  function taken(decision: ReturnType<typeof finish>): Task {
    if (decision.kind === 'known' || decision.kind === 'incomplete') throw new Error(decision.kind);
    return decision.task;
  }

  it.each([
    ['fell silent', silent],
    ['was lost', interrupt(running, 'INTERRUPTED', T0 + 20)!],
  ])('F10: is kept beside the state of a task that %s', (_, of) => {
    const decision = finish(of, { ...report, exitCode: 3, outcome: 'FAILED' }, over + 5, rules);
    const late = {
      status: 'FAILED',
      exitCode: 3,
      errorInfo: 'the script ended with exit code 3',
      receivedAt: over + 5,
    };
    expect(decision).toEqual({ kind: 'late', task: { ...of, late }, late });
    expect(finish(taken(decision), { ...report, exitCode: 3, outcome: 'FAILED' }, over + 9, rules).kind).toBe('known');
    const other = finish(taken(decision), report, over + 9, rules);
    expect(other).toMatchObject({ kind: 'conflict', task: { late, conflicts: 1 } });
  });

  it('F9: is nothing when it says the same, and counted when it says otherwise', () => {
    expect(finish(succeeded, report, T0 + 60, rules).kind).toBe('known');
    const first = finish(succeeded, { ...report, outcome: 'FAILED', exitCode: 9 }, T0 + 60, rules);
    const says = { status: 'FAILED', exitCode: 9 };
    expect(first).toEqual({ kind: 'conflict', task: { ...succeeded, conflicts: 1 }, says });
    expect(taken(finish(taken(first), { ...report, outcome: 'TIMEOUT', exitCode: -1 }, T0 + 70, rules)).conflicts).toBe(
      2,
    );
  });

  it('is nothing when the claim was never allowed to run', () => {
    expect(finish(succeeded, { ...report, claim: 'b', exitCode: 9 }, T0 + 60, rules).kind).toBe('known');
    expect(finish(silent, { ...report, claim: 'b' }, over, rules).kind).toBe('known');
    const cancelled = cancel(delivering, T0, rules)!;
    expect(finish(cancelled, { ...report, claim: '', outcome: 'START_FAILED' }, T0, rules).kind).toBe('known');
  });
});

it('F47: an order that cannot be made is tried again, later each time, and its deadline says so', () => {
  let current = unsendable(delivering, 1, T0)!;
  expect(current).toMatchObject({ status: 'DELIVER_DELAYED', dueAt: T0 + 200 });
  const waits: number[] = [];
  for (let now = current.dueAt!; now < current.deadlineAt!; now = current.dueAt!) {
    const sent = deliver(current, now, rules)!;
    current = unsendable(sent, sent.attempts, now)!;
    waits.push(current.dueAt! - now);
  }
  expect(waits.slice(0, 5)).toEqual([400, 800, 1_600, 3_200, 5_000]);
  expect(waits.length).toBeLessThan(20);
  const parked = expire(current, current.deadlineAt!)!;
  expect(parked).toMatchObject({
    status: 'DELIVER_FAILED',
    errorInfo: expect.stringContaining('could not make its order'),
  });
  const [was, recovered] = [current, deliver(current, T0 + 50_000, rules)!];
  expect([was.errorInfo === '', recovered.errorInfo]).toEqual([false, '']);
});

type Event = { advance: number } & (
  | { kind: 'deliver' | 'unheard' | 'unsendable' | 'cancel' | 'expire' | 'interrupt' }
  | { kind: 'start'; claim: string }
  | { kind: 'write'; bytes: number }
  | { kind: 'finish'; claim: string; outcome: TaskOutcome; exitCode: number; stdoutLength: number }
);

const advance = fc.integer({ min: 0, max: 40_000 });
const claim = fc.constantFrom('a', 'b', '');
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constantFrom('deliver', 'unheard', 'unsendable', 'cancel', 'expire', 'interrupt'), advance }),
  fc.record({ kind: fc.constant('start'), claim, advance }),
  fc.record({ kind: fc.constant('write'), bytes: fc.integer({ min: 1, max: 40 }), advance }),
  fc.record({
    kind: fc.constant('finish'),
    claim,
    outcome: fc.constantFrom('SUCCESS', 'FAILED', 'TIMEOUT', 'TERMINATED', 'START_FAILED', 'INTERRUPTED'),
    exitCode: fc.integer({ min: -1, max: 2 }),
    stdoutLength: fc.integer({ min: 0, max: 60 }),
    advance,
  }),
) as fc.Arbitrary<Event>;

function apply(current: Task, what: Event, now: number): Task {
  switch (what.kind) {
    case 'deliver':
      return deliver(current, now, rules) ?? current;
    case 'unheard':
      return unheard(current, current.attempts, now) ?? current;
    case 'unsendable':
      return unsendable(current, current.attempts, now) ?? current;
    case 'cancel':
      return cancel(current, now, rules) ?? current;
    case 'expire':
      return expire(current, now) ?? current;
    case 'interrupt':
      return interrupt(current, 'INTERRUPTED', now) ?? current;
    case 'write':
      return current.status === 'RUNNING' ? wrote(current, 'STDOUT', what.bytes, now, rules) : current;
    case 'start': {
      const decision = start(current, what.claim, now, rules);
      return (decision.granted && decision.task) || current;
    }
    case 'finish': {
      const decision = finish(current, { ...report, ...what }, now, rules);
      return 'task' in decision ? decision.task : current;
    }
  }
}

it('P3: starts at most once and ends exactly once, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let current = task;
      let now = T0;
      let starts = 0;
      for (const what of events) {
        now += what.advance;
        const before = current;
        current = apply(before, what, now);
        if (isFinal(before.status))
          expect(current).toEqual({ ...before, late: current.late, conflicts: current.conflicts });
        if (before.late) expect(current.late).toBe(before.late);
        if (before.startTime === undefined && current.startTime !== undefined) starts++;
        if (before.claim !== undefined) expect(current.claim).toBe(before.claim);
        expect(current.deadlineAt === undefined).toBe(isFinal(current.status));
        expect(current.endTime === undefined).toBe(!isFinal(current.status));
        if (isWaiting(current.status)) expect(current.dueAt).toBeDefined();
        // from here nothing but the clock is needed
        expect(isFinal(expireAt(current, current.deadlineAt).status)).toBe(true);
        if (current.deadlineAt) expect(current.deadlineAt).toBeLessThanOrEqual(lastMoment(current));
      }
      expect(starts).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1_000 },
  );
});

it('P3: ends although its machine goes on writing for ever', () => {
  const chatty = fc.record({
    cancelled: fc.boolean(),
    pauses: fc.array(fc.integer({ min: 1, max: 59_000 }), { minLength: 30, maxLength: 60 }),
  });
  fc.assert(
    fc.property(chatty, ({ cancelled, pauses }) => {
      let current = cancelled ? cancel(running, T0 + 20, rules)! : running;
      const most = lastMoment(current);
      let now = T0 + 20;
      for (const pause of pauses) {
        now += pause;
        current = expire(current, now) ?? (isFinal(current.status) ? current : wrote(current, 'STDOUT', 1, now, rules));
        if (now >= most) expect(current.status).toBe('TASK_TIMEOUT');
      }
      expect(isFinal(expireAt(current, current.deadlineAt).status)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

function expireAt(current: Task, now: number | undefined): Task {
  return now === undefined ? current : (expire(current, now) ?? current);
}

/** Every state has an end that no event moves: by the settings, from what began it. */
function lastMoment({ status, updatedAt, startTime, timeout }: Task): number {
  const { deadlineMs, graceMs, catchUpMs } = rules;
  if (startTime === undefined) return T0 + deadlineMs;
  return (
    (status === 'CANCELLING' ? Math.max(updatedAt, startTime + timeout * 1_000) : startTime + timeout * 1_000) +
    graceMs +
    catchUpMs
  );
}
