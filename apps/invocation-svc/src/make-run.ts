import { newId } from '@muster/kernel';
import { failPoint } from '@muster/telemetry';
import type { Authority } from './authority.ts';
import type { Context } from './context.ts';
import { requireRoom } from './domain/backlog.ts';
import { type CommandTraits, commandSubject, type Invocation, type NewRunDocument } from './domain/invocation.ts';
import type { OfflineRule } from './domain/offline-policy.ts';
import { type AdmittedTargets, kindOf } from './domain/targets.ts';
import { newTask } from './domain/task.ts';
import { LONGEST_QUEUE_MS } from './domain/task-start.ts';
import { sealScript } from './sealed-script.ts';
import { RunMakerStore } from './store/run-maker-store.ts';
import type { TargetRecord } from './store/target-store.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/** A run that passed every check. */
export interface NewRun {
  readonly authority: Authority;
  /** A moment before it was decided on, epoch milliseconds: what changes later is decided again. */
  readonly decidedAt: number;
  readonly command: Pick<
    Invocation,
    'commandId' | 'commandVersion' | 'commandSaved' | 'commandCreatedBy' | 'commandName' | 'description'
  >;
  readonly traits: CommandTraits;
  readonly document: NewRunDocument;
  readonly admitted: AdmittedTargets<TargetRecord>;
  readonly offline: OfflineRule;
  readonly source: Invocation['source'];
  readonly invokerId?: string | undefined;
  readonly parentInvocationId?: string | undefined;
  /** Nothing is made. */
  readonly dryRun?: boolean;
  readonly around?: Around | undefined;
}

/** What was made; the ids are empty after a dry run. */
export interface MadeRun {
  readonly invocationId: string;
  readonly commandId: string;
  readonly taskCount: number;
  /** How many of the machines are absent now. */
  readonly offlineCount: number;
  /** How many absent machines were left out. */
  readonly skippedCount: number;
}

/** What is done around the making of a run. */
export interface Around {
  /** What was made already, for a call that repeats one; asked once the call is decided, before its checks. */
  readonly before?: () => Promise<MadeRun | undefined>;
  /** Calls `make`, or gives what was made already; whatever it writes is committed with the run. Safe to run again after a rollback. */
  readonly within?: (unit: UnitOfWork, make: () => Promise<MadeRun>) => Promise<MadeRun>;
}

/** What making a run needs. */
type MakeRunContext = Pick<Context, 'write' | 'clock' | 'rules' | 'vault' | 'standing' | 'kickDispatch'>;

/** Commits a run with its tasks, then has it sent. When this resolves the run is on disk. Refusal: that too much waits already. */
export async function makeRun(
  { write, clock, rules, vault, standing, kickDispatch }: MakeRunContext,
  run: NewRun,
): Promise<MadeRun> {
  const { targets, offlineCount, skippedCount } = run.admitted;
  const counts = { taskCount: targets.length, offlineCount, skippedCount };
  if (run.dryRun) return { invocationId: '', commandId: '', ...counts };
  const now = clock.now();
  const invocation = newInvocation(run, now);
  const { invocationId, commandId, accountUin } = invocation;
  const shared = { invocationId, accountUin, commandId, commandSubject: commandSubject(invocation) };
  const { script, ...document } = run.document;
  const sealed = sealScript(vault, invocationId, script);
  const tasks = targets.map(({ instanceId, name: instanceName, online }, position) => {
    const { timeout } = document;
    const identity = { ...shared, invocationTaskId: newId('invt'), position, instanceId, instanceName, timeout };
    return newTask({ ...identity, offlineExpiresAt: online ? undefined : now + run.offline.expiryMs }, now, rules);
  });
  // those of a long run may have to wait for their turn
  const startsUntil = Math.max(now + LONGEST_QUEUE_MS, ...tasks.map(({ deadlineAt }) => deadlineAt ?? now));
  const maker = { invocationId, accountUin, startsUntil, ...(await standing.makerOf(run.authority, startsUntil)) };
  const within = run.around?.within ?? ((_, make) => make());
  const made = await write(
    (unit) =>
      within(unit, async () => {
        requireRoom(await unit.runs.backlog(accountUin), tasks.length, rules.backlog);
        await unit.runs.insert({ ...invocation, document }, tasks, run.traits, sealed);
        await new RunMakerStore(unit.trx).insert(maker);
        return { invocationId, commandId, ...counts };
      }),
    accountUin,
  );
  standing.decided(invocation, run.decidedAt);
  await failPoint('run.after-commit');
  kickDispatch();
  return made;
}

function newInvocation(run: NewRun, now: number): Invocation {
  const { targets, skippedCount } = run.admitted;
  return {
    ...run.command,
    invocationId: newId('inv'),
    accountUin: run.authority.caller.accountUin,
    uin: run.authority.caller.uin,
    source: run.source,
    invokerId: run.invokerId,
    parentInvocationId: run.parentInvocationId,
    instanceKind: kindOf(targets),
    taskCount: targets.length,
    skippedCount,
    document: run.document,
    status: 'PENDING',
    sequence: 1,
    createdAt: now,
    updatedAt: now,
    startTime: undefined,
    endTime: undefined,
  };
}
