import type { CommandType, Tag } from '@muster/command';
import type { InstanceKind } from '@muster/kernel';
import type { InvocationStatus } from './invocation-status.ts';
import type { TaskStatus } from './task-status.ts';

/** What made an invocation. */
export type InvocationSource = 'USER' | 'INVOKER';

/** What the machines of a run are, all of them. */
export type RunKind = InstanceKind | 'MIXED';

/** What machines run, and with what. May hold hidden values: sealed in the store, in the clear in orders and nowhere else. */
export interface Script {
  /** Rendered. */
  readonly content: string;
  /** `MUSTER_PARAM_<KEY>` to value. */
  readonly environment: Readonly<Record<string, string>>;
  /** What machines mask in outputs. */
  readonly hiddenValues: readonly string[];
}

/** What a run executes as records show it, frozen when it was made. */
export interface RunDocument {
  readonly commandType: CommandType;
  readonly username: string;
  readonly workingDirectory: string;
  /** Seconds. */
  readonly timeout: number;
  /** With its placeholders. */
  readonly content: string;
  /** Rendered, hidden values masked. */
  readonly shownContent: string;
  /** JSON text or empty, hidden values masked. */
  readonly parameters: string;
  /** JSON text or empty, hidden values masked. */
  readonly defaultParameters: string;
  /** Where the full output goes; empty for nowhere. */
  readonly outputCosBucketUrl: string;
  /** The folder in it. */
  readonly outputCosKeyPrefix: string;
}

/** The document of a run that is being made. */
export interface NewRunDocument extends RunDocument {
  readonly script: Script;
}

/** One run. Times are epoch milliseconds. */
export interface Invocation {
  readonly invocationId: string;
  readonly accountUin: string;
  readonly uin: string;
  readonly commandId: string;
  /** 0 for a RunCommand. */
  readonly commandVersion: number;
  /** Whether a library has the command. */
  readonly commandSaved: boolean;
  /** Whose library has it; USER when none has. */
  readonly commandCreatedBy: 'USER' | 'TAT';
  readonly commandName: string;
  readonly description: string;
  readonly source: InvocationSource;
  /** The invoker that made it. */
  readonly invokerId: string | undefined;
  /** The run that this one repeats on some of its machines. */
  readonly parentInvocationId: string | undefined;
  readonly instanceKind: RunKind;
  readonly taskCount: number;
  /** How many absent machines were left out. */
  readonly skippedCount: number;
  readonly document: RunDocument;
  readonly status: InvocationStatus;
  /** Counts the committed changes of this run. */
  readonly sequence: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
}

/** Stands for every command that is in no library. */
export const UNSAVED = '*';

/**
 * What a run is decided on: its command. The id of one that is in no library was made with the run, and nobody could have written it into
 * a policy; such a run is decided as RunCommand itself was, on `command/*`.
 */
export function commandSubject({ commandId, commandSaved }: Pick<Invocation, 'commandId' | 'commandSaved'>): string {
  return commandSaved ? commandId : UNSAVED;
}

/**
 * What a run's command was when it ran, for decisions about the run ever after: history is decided by the tags that the command had,
 * whatever became of it. The script of a RunCommand has the tags that came with the call, and its caller for a maker.
 */
export interface CommandTraits {
  readonly tags: readonly Tag[];
  /** Undefined where nobody knows. */
  readonly creator: string | undefined;
}

/** A run's command as decisions know it. */
export interface DecidedCommand extends CommandTraits {
  readonly subject: string;
}

/** How many tasks a run shows in brief, however many it has. */
export const BRIEFS_MAX = 200;

/** A task in brief. */
export interface TaskBrief {
  readonly invocationTaskId: string;
  readonly status: TaskStatus;
  readonly instanceId: string;
  readonly instanceName: string;
}
