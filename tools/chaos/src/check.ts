import { createHash } from 'node:crypto';
import type { CallFact, Facts, OutputFact, TaskFact } from './facts.ts';
import { expectedOutput, isEndless } from './scripts.ts';

/** Something that must never be. */
export interface Violation {
  readonly rule: Rule;
  /** The id of what it is about. */
  readonly about: string;
  readonly what: string;
}

/** What is checked; the first two are what the promise is about. */
export type Rule =
  | 'twice'
  | 'lost'
  | 'state'
  | 'output'
  | 'answer'
  | 'token'
  | 'history'
  | 'orphan'
  | 'audit'
  | 'journal';

const NEVER_STARTED = ['DELIVER_FAILED', 'START_FAILED', 'CANCELLED'];
const FINAL = [...NEVER_STARTED, 'SUCCESS', 'FAILED', 'TIMEOUT', 'TASK_TIMEOUT', 'TERMINATED'];

/** Every violation in what a chaos run left behind. */
export function check(facts: Facts): Violation[] {
  const ledger = readLedger(facts.ledger);
  const calls = new Map(facts.calls.map((call) => [call.name, call]));
  return [
    ...facts.tasks.flatMap((task) => checkTask(task, { facts, calls, entry: ledger.get(task.taskId) })),
    ...checkLedger(facts, ledger),
    ...facts.calls.flatMap((call) => checkCall(call, facts)),
    ...facts.historyFaults.map((what): Violation => ({ rule: 'history', about: what.split(' ')[0]!, what })),
    ...facts.processes.map(
      ({ pid, command }): Violation => ({
        rule: 'orphan',
        about: String(pid),
        what: `process ${pid} is left: ${command}`,
      }),
    ),
    ...checkAudit(facts),
    ...facts.journals.map(
      ({ machine, entry }): Violation => ({ rule: 'journal', about: machine, what: `${machine} still holds ${entry}` }),
    ),
  ];
}

interface LedgerEntry {
  starts: number;
  /** The codes that its end lines say. */
  readonly ends: number[];
}

function readLedger(lines: readonly string[]): Map<string, LedgerEntry> {
  const entries = new Map<string, LedgerEntry>();
  for (const line of lines) {
    const [what, id = '', code] = line.split(' ');
    const entry = entries.get(id) ?? { starts: 0, ends: [] };
    entries.set(id, entry);
    if (what === 'start') entry.starts += 1;
    else entry.ends.push(Number(code));
  }
  return entries;
}

function checkLedger({ tasks }: Facts, ledger: ReadonlyMap<string, LedgerEntry>): Violation[] {
  const known = new Set(tasks.map(({ taskId }) => taskId));
  return [...ledger.keys()]
    .filter((id) => !known.has(id))
    .map((id) => ({ rule: 'lost', about: id, what: `${id} ran, and the service knows no such task` }));
}

interface TaskContext {
  readonly facts: Facts;
  readonly calls: ReadonlyMap<string, CallFact>;
  readonly entry: LedgerEntry | undefined;
}

function checkTask(task: TaskFact, { facts, calls, entry }: TaskContext): Violation[] {
  const { taskId, status, exitCode, errorInfo } = task;
  const call = calls.get(task.call);
  if (!call) return [{ rule: 'answer', about: taskId, what: `${taskId} belongs to a run that nobody asked for` }];
  const { script } = call;
  const starts = entry?.starts ?? 0;
  const ends = entry?.ends ?? [];
  const orphaned = facts.supervisors.find((each) => each.taskId === taskId);
  const interrupted = status === 'FAILED' && errorInfo.startsWith('INTERRUPTED');
  const violations: Violation[] = [];
  const require = (holds: boolean, rule: Rule, what: string) => {
    const seen = `${status}, exit code ${exitCode}, ${starts} starts, ends [${ends}], ${errorInfo || 'no reason'}`;
    if (!holds) violations.push({ rule, about: taskId, what: `${taskId} (${script.kind}) ${what}: ${seen}` });
  };

  require(starts <= 1, 'twice', 'started more than once');
  require(FINAL.includes(status), 'lost', 'has not ended');
  require(status !== 'TASK_TIMEOUT' && status !== 'DELIVER_FAILED', 'lost', 'was given up');
  require(status !== 'START_FAILED', 'state', 'could not start, and nothing kept it from it');
  require(starts === 0 || !NEVER_STARTED.includes(status), 'state', 'ran and says that it did not');
  const wasCancelled = status === 'CANCELLED' || status === 'TERMINATED';
  require(!wasCancelled || call.cancelled, 'state', 'was cancelled, and nobody asked for it');
  require(status !== 'TIMEOUT' || isEndless(script), 'state', 'was too slow, and is not');
  const naturally = status === 'SUCCESS' || (status === 'FAILED' && !interrupted);
  require(!naturally || (starts === 1 && ends.length === 1), 'state', 'did not run from its start to its end');
  require(!naturally || exitCode === script.exitCode, 'state', `should have exit code ${script.exitCode}`);
  require(!naturally || ends[0] === exitCode, 'state', 'says another exit code than its script');
  require((status === 'SUCCESS') === (exitCode === 0), 'state', 'mistakes its exit code');
  require(!interrupted || orphaned !== undefined, 'lost', 'was interrupted, and its supervisor was not killed');
  const mustBeInterrupted = orphaned?.permit === true && !orphaned.exited && !call.cancelled && !isEndless(script);
  require(!mustBeInterrupted || interrupted, 'state', 'lost its supervisor and does not say so');
  require(ends.length === 0 ||
    naturally ||
    call.cancelled ||
    orphaned !== undefined, 'lost', 'came to its end, which is not what it says');
  violations.push(...checkOutput(task, call, { facts, complete: naturally }));
  return violations;
}

/** What a shell writes of a child that TERM ended. */
const SAID = Buffer.from('Terminated\n');

function checkOutput(
  task: TaskFact,
  { script }: CallFact,
  { facts, complete }: { facts: Facts; complete: boolean },
): Violation[] {
  const { taskId, stdout, stderr, discarded } = task;
  if (!stdout || !stderr) return [{ rule: 'output', about: taskId, what: `the output of ${taskId} could not be read` }];
  const expected = expectedOutput(script, taskId, facts.blob);
  const violations: Violation[] = [];
  const require = (holds: boolean, what: string) =>
    void (
      holds ||
      violations.push({ rule: 'output', about: taskId, what: `${taskId} (${script.kind}, ${task.status}) ${what}` })
    );
  require(isPrefix(stdout, expected.stdout), `has ${stdout.length} bytes of standard output that it did not write`);
  // a shell that outlives what it started by a moment, when both are killed, says so
  const killed = Buffer.concat([expected.stderr.subarray(0, Math.max(0, stderr.length - SAID.length)), SAID]);
  require(isPrefix(stderr, expected.stderr) ||
    (!complete && isPrefix(stderr, killed)), `has ${stderr.length} bytes of standard error that it did not write`);
  require(stdout.length === task.stdoutLength &&
    stderr.length === task.stderrLength, 'gives another length than it says');
  const stored = stdout.length + stderr.length;
  require(stored <= facts.outputLimit, `has ${stored} bytes stored, past the limit`);
  if (!complete) return violations;
  const written = expected.stdout.length + expected.stderr.length;
  require(stored + discarded === written, `has ${stored} bytes stored and ${discarded} dropped of ${written}`);
  require(written > facts.outputLimit || discarded === 0, `dropped ${discarded} bytes, and there was room`);
  return violations;
}

function isPrefix({ length, sha256 }: OutputFact, expected: Buffer): boolean {
  return (
    length <= expected.length && sha256 === createHash('sha256').update(expected.subarray(0, length)).digest('hex')
  );
}

function checkCall({ name, answer, machines }: CallFact, { runs }: Facts): Violation[] {
  const made = runs.filter((run) => run.call === name);
  const violations: Violation[] = [];
  if (made.length > 1)
    violations.push({ rule: 'token', about: name, what: `${name} made ${made.length} runs with one client token` });
  if (answer.kind === 'accepted') {
    const run = made.find(({ invocationId }) => invocationId === answer.invocationId);
    if (!run)
      violations.push({
        rule: 'lost',
        about: name,
        what: `${name} was accepted as ${answer.invocationId}, which is not known`,
      });
    else if (run.tasks !== machines)
      violations.push({ rule: 'lost', about: name, what: `${name} has ${run.tasks} tasks for ${machines} machines` });
  }
  if (answer.kind === 'refused' && answer.attempts === 1 && made.length > 0)
    violations.push({ rule: 'answer', about: name, what: `${name} was refused (${answer.reason}) and ran` });
  if (answer.kind === 'unanswered')
    violations.push({ rule: 'answer', about: name, what: `${name} was never answered, also after the faults` });
  return violations;
}

function checkAudit({ acceptedRequests, audit }: Facts): Violation[] {
  const recorded = new Set(audit.allowedRequests);
  return [
    ...acceptedRequests
      .filter((request) => !recorded.has(request))
      .map(
        (request): Violation => ({
          rule: 'audit',
          about: request,
          what: `request ${request} was accepted and is not on record`,
        }),
      ),
    ...(audit.problem === undefined
      ? []
      : [{ rule: 'audit' as const, about: 'audit', what: `the record is damaged: ${audit.problem}` }]),
  ];
}
