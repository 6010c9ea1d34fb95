import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { check } from '../src/check.ts';
import type { CallFact, Facts, TaskFact } from '../src/facts.ts';
import { blobOf, expectedOutput, type Script } from '../src/scripts.ts';

const LIMIT = 10_000;
const blob = blobOf(1);
const quick: Script = {
  kind: 'quick',
  exitCode: 0,
  stdout: { from: 0, count: 0 },
  stderr: { from: 0, count: 0 },
  lines: 0,
  pauseMs: 0,
  timeoutSeconds: 60,
};
const flood: Script = { ...quick, kind: 'flood', stdout: { from: 3, count: 5 } };
const fail: Script = { ...quick, kind: 'fail', exitCode: 3 };
const limit: Script = { ...quick, kind: 'limit', timeoutSeconds: 1 };

const factOf = (bytes: Buffer) => ({ length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });

/** One call on one machine that went as it should, but for what is given. */
function facts(
  script: Script,
  given: { task?: Partial<TaskFact>; call?: Partial<CallFact>; rest?: Partial<Facts> } = {},
): Facts {
  const output = expectedOutput(script, 'invt-1', blob);
  const stdout = factOf(output.stdout.subarray(0, LIMIT));
  const stderr = factOf(output.stderr);
  const task: TaskFact = {
    taskId: 'invt-1',
    call: 'one',
    status: script.exitCode === 0 ? 'SUCCESS' : 'FAILED',
    exitCode: script.exitCode,
    errorInfo: '',
    discarded: output.stdout.length - stdout.length,
    stdoutLength: stdout.length,
    stderrLength: stderr.length,
    stdout,
    stderr,
    ...given.task,
  };
  return {
    blob,
    outputLimit: LIMIT,
    calls: [
      {
        name: 'one',
        script,
        machines: 1,
        answer: { kind: 'accepted', invocationId: 'inv-1' },
        cancelled: false,
        ...given.call,
      },
    ],
    runs: [{ invocationId: 'inv-1', call: 'one', tasks: 1 }],
    tasks: [task],
    ledger: ['start invt-1', `end invt-1 ${script.exitCode}`],
    supervisors: [],
    historyFaults: [],
    processes: [],
    acceptedRequests: ['one-1'],
    audit: { allowedRequests: ['one-1'], problem: undefined },
    journals: [],
    ...given.rest,
  };
}

const INTERRUPTED = { status: 'FAILED', exitCode: -1, errorInfo: 'INTERRUPTED: nobody knows' };
const KILLED = { supervisors: [{ taskId: 'invt-1', permit: true, exited: false }] };
const started = { ledger: ['start invt-1'] };
const never = { ledger: [] };
const nothing = factOf(Buffer.alloc(0));
const silent = { stdout: nothing, stderr: nothing, stdoutLength: 0, stderrLength: 0, discarded: 0 };

it.each<[string, Facts]>([
  ['a success', facts(quick)],
  ['more output than is kept', facts(flood)],
  ['a failing script', facts(fail)],
  ['a time limit', facts(limit, { task: { status: 'TIMEOUT', exitCode: -1 }, rest: started })],
  [
    'a cancel before the start',
    facts(quick, { task: { ...silent, status: 'CANCELLED', exitCode: null }, call: { cancelled: true }, rest: never }),
  ],
  [
    'a cancel in the middle, with some of the output',
    facts(flood, {
      task: { status: 'TERMINATED', exitCode: -1, ...silent, stdout: factOf(Buffer.from('invt')), stdoutLength: 4 },
      call: { cancelled: true },
      rest: started,
    }),
  ],
  ['a supervisor killed by us', facts(quick, { task: INTERRUPTED, rest: { ...KILLED, ...started } })],
  [
    'a shell that says how the child ended that was killed just before it',
    facts(quick, {
      task: { ...INTERRUPTED, stderr: factOf(Buffer.from('Terminated\n')), stderrLength: 11 },
      rest: { ...KILLED, ...started },
    }),
  ],
  [
    'a supervisor killed by us after it had noted the end',
    facts(quick, { rest: { supervisors: [{ taskId: 'invt-1', permit: true, exited: true }] } }),
  ],
  [
    'a refused call',
    facts(quick, { rest: { calls: [refused(1)], runs: [], tasks: [], acceptedRequests: [], ...never } }),
  ],
  ['a call that was refused after it had been repeated', facts(quick, { rest: { calls: [refused(2)] } })],
])('finds nothing wrong with %s', (_, given) => {
  expect(check(given)).toEqual([]);
});

it.each<[string, string, Facts]>([
  [
    'twice',
    'started more than once',
    facts(quick, { rest: { ledger: ['start invt-1', 'start invt-1', 'end invt-1 0'] } }),
  ],
  ['lost', 'has not ended', facts(quick, { task: { status: 'RUNNING', exitCode: null } })],
  ['lost', 'was given up', facts(quick, { task: { status: 'TASK_TIMEOUT', exitCode: -1 }, rest: started })],
  [
    'lost',
    'was given up',
    facts(quick, { task: { ...silent, status: 'DELIVER_FAILED', exitCode: null }, rest: never }),
  ],
  ['lost', 'was interrupted', facts(quick, { task: INTERRUPTED, rest: started })],
  ['lost', 'came to its end', facts(quick, { task: INTERRUPTED })],
  [
    'lost',
    'the service knows no such task',
    facts(quick, { rest: { ledger: [...facts(quick).ledger, 'start invt-9'] } }),
  ],
  ['lost', 'which is not known', facts(quick, { rest: { runs: [], tasks: [], ledger: [] } })],
  [
    'lost',
    'has 2 tasks for 1 machines',
    facts(quick, { rest: { runs: [{ invocationId: 'inv-1', call: 'one', tasks: 2 }] } }),
  ],
  [
    'state',
    'could not start',
    facts(quick, { task: { ...silent, status: 'START_FAILED', exitCode: null }, rest: never }),
  ],
  [
    'state',
    'ran and says that it did not',
    facts(quick, {
      task: { ...silent, status: 'CANCELLED', exitCode: null },
      call: { cancelled: true },
      rest: started,
    }),
  ],
  ['state', 'nobody asked for it', facts(quick, { task: { status: 'TERMINATED', exitCode: -1 }, rest: started })],
  ['state', 'was too slow', facts(quick, { task: { status: 'TIMEOUT', exitCode: -1 }, rest: started })],
  ['state', 'from its start to its end', facts(quick, { rest: never })],
  ['state', 'from its start to its end', facts(quick, { rest: started })],
  [
    'state',
    'from its start to its end',
    facts(quick, { rest: { ledger: ['start invt-1', 'end invt-1 0', 'end invt-1 0'] } }),
  ],
  ['state', 'should have exit code 3', facts(fail, { task: { exitCode: 4 } })],
  ['state', 'another exit code than its script', facts(fail, { rest: { ledger: ['start invt-1', 'end invt-1 4'] } })],
  ['state', 'mistakes its exit code', facts(quick, { task: { status: 'FAILED' } })],
  ['state', 'lost its supervisor', facts(quick, { rest: KILLED })],
  ['output', 'did not write', facts(quick, { task: { stdout: factOf(Buffer.from('invt-2\n')) } })],
  ['output', 'did not write', facts(quick, { task: { stderr: factOf(Buffer.from('x')), stderrLength: 1 } })],
  [
    'output',
    'did not write',
    facts(quick, { task: { stderr: factOf(Buffer.from('Terminated\n')), stderrLength: 11 } }),
  ],
  ['output', 'another length than it says', facts(quick, { task: { stdoutLength: 6 } })],
  ['output', 'stored and 0 dropped', facts(quick, { task: silent })],
  ['output', 'stored and 1 dropped', facts(flood, { task: { discarded: 1 } })],
  ['output', 'there was room', facts(quick, { task: { ...silent, discarded: 7 } })],
  [
    'output',
    'past the limit',
    facts(flood, { task: { stdout: factOf(Buffer.alloc(LIMIT + 1)), stdoutLength: LIMIT + 1 } }),
  ],
  ['output', 'could not be read', facts(quick, { task: { stdout: undefined } })],
  [
    'token',
    'made 2 runs',
    facts(quick, { rest: { runs: [...facts(quick).runs, { invocationId: 'inv-2', call: 'one', tasks: 1 }] } }),
  ],
  ['answer', 'was refused', facts(quick, { rest: { calls: [refused(1)] } })],
  ['answer', 'never answered', facts(quick, { call: { answer: { kind: 'unanswered' } } })],
  ['answer', 'nobody asked for', facts(quick, { rest: { calls: [] } })],
  [
    'history',
    'went from',
    facts(quick, { rest: { historyFaults: ['invocation_task invt-1 went from SUCCESS to RUNNING'] } }),
  ],
  ['orphan', 'process 17 is left', facts(quick, { rest: { processes: [{ pid: 17, command: 'sleep 300' }] } })],
  ['audit', 'is not on record', facts(quick, { rest: { audit: { allowedRequests: [], problem: undefined } } })],
  [
    'audit',
    'is damaged',
    facts(quick, { rest: { audit: { allowedRequests: ['one-1'], problem: 'the seal does not fit' } } }),
  ],
  ['journal', 'web-1 still holds', facts(quick, { rest: { journals: [{ machine: 'web-1', entry: 'tasks/invt-1' }] } })],
])('%s: %s', (rule, words, given) => {
  expect(check(given)).toContainEqual(expect.objectContaining({ rule, what: expect.stringContaining(words) }));
});

function refused(attempts: number): CallFact {
  return {
    name: 'one',
    script: quick,
    machines: 1,
    answer: { kind: 'refused', reason: 'ResourceUnavailable.AgentStatusNotOnline', attempts },
    cancelled: false,
  };
}
