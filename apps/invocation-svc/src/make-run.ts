import { createHash } from 'node:crypto';
import { type InstanceKind, newId } from '@muster/kernel';
import type { Caller } from '@muster/rpc';
import type { Context } from './context.ts';
import { type CommandTraits, commandSubject, type Invocation, type RunDocument } from './domain/invocation.ts';
import { newTask } from './domain/task.ts';
import type { InstanceRecord } from './store/instance-store.ts';

/** A run that passed every check. */
export interface NewRun {
  readonly caller: Caller;
  readonly command: Pick<Invocation, 'commandId' | 'commandVersion' | 'commandSaved' | 'commandName' | 'description'>;
  readonly traits: CommandTraits;
  readonly document: RunDocument;
  readonly kind: InstanceKind;
  /** In the order named. */
  readonly targets: readonly InstanceRecord[];
  /** Empty for none. */
  readonly clientToken: string;
}

/** The ids of a run. */
export type RunIds = Pick<Invocation, 'invocationId' | 'commandId'>;

/**
 * Commits a run with its tasks, then has it sent. When this resolves the run is on disk. A client token that was used before gives that
 * run's ids and makes nothing.
 */
export async function makeRun(
  { write, clock, rules, kickDispatch }: Pick<Context, 'write' | 'clock' | 'rules' | 'kickDispatch'>,
  run: NewRun,
): Promise<RunIds> {
  const { accountUin, uin } = run.caller;
  const now = clock.now();
  const invocation: Invocation = {
    ...run.command,
    invocationId: newId('inv'),
    accountUin,
    uin,
    source: 'USER',
    instanceKind: run.kind,
    clientToken: run.clientToken || undefined,
    document: run.document,
    status: 'PENDING',
    sequence: 1,
    createdAt: now,
    updatedAt: now,
    startTime: undefined,
    endTime: undefined,
  };
  const { invocationId, commandId } = invocation;
  const command = { commandId, commandSubject: commandSubject(invocation) };
  const tasks = run.targets.map(({ instanceId, name: instanceName }, position) => {
    const invocationTaskId = newId('invt');
    const { timeout } = run.document;
    const identity = { invocationTaskId, invocationId, position, accountUin, instanceId, instanceName, timeout };
    return newTask({ ...identity, ...command }, now, rules);
  });
  const ids = await write(async ({ runs }) => {
    const made = run.clientToken && (await runs.byClientToken(accountUin, run.clientToken));
    if (made) return made;
    await runs.insert(invocation, tasks, run.traits);
    return { invocationId, commandId };
  });
  kickDispatch();
  return ids;
}

/** The id of a RunCommand's command. With a token it follows from it, so that a repeated call saves the same command, not a second one. */
export function newCommandId(accountUin: string, clientToken: string): string {
  if (clientToken === '') return newId('cmd');
  const digest = createHash('sha256').update(`${accountUin}\n${clientToken}`).digest('hex');
  return `cmd-${BigInt(`0x${digest}`).toString(36).slice(-8)}`;
}
