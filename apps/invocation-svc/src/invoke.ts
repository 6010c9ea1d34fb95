import {
  checkCommandId,
  checkCommandType,
  checkContent,
  checkOutputCosBucketUrl,
  checkOutputCosKeyPrefix,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
  parametersFromConfs,
  parseParameters,
  requireText,
} from '@muster/command';
import { type Command, CreatedBy } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { Authority } from './authority.ts';
import type { CommandKey, CommandLibrary } from './command-library.ts';
import type { Context } from './context.ts';
import { commandRef } from './decision-subjects.ts';
import type { CommandTraits, InvocationSource } from './domain/invocation.ts';
import { type RunTemplate, runDocument } from './domain/run-document.ts';
import { admitTargets, checkPlace, type GivenPlace } from './domain/targets.ts';
import { commandTypeName } from './enum-convert.ts';
import { findTargets } from './find-targets.ts';
import { type Around, type MadeRun, makeRun } from './make-run.ts';
import { confFromProto } from './run-convert.ts';

/** A stored command and how and where it is to run; unchecked, empty or absent where the command's own applies. */
export interface InvokeOrder extends GivenPlace {
  readonly commandId: string;
  /** 0 for the latest. */
  readonly commandVersion: number;
  /** JSON text. */
  readonly parameters: string;
  readonly username: string;
  readonly workingDirectory: string;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly outputCosBucketUrl: string;
  readonly outputCosKeyPrefix: string;
  /** Everything is checked and decided, nothing is made. */
  readonly dryRun: boolean;
  readonly source: InvocationSource;
  /** The invoker that fires. */
  readonly invokerId?: string | undefined;
  /** A client token's memory, or an invoker's record beside the run. */
  readonly around?: Around | undefined;
}

/** What making a run of a stored command needs. */
export type InvokeContext = Pick<
  Context,
  'db' | 'write' | 'clock' | 'rules' | 'library' | 'objectStorage' | 'region' | 'vault' | 'standing' | 'kickDispatch'
>;

/**
 * Decides and makes a run of a stored command: the one way of InvokeCommand and of invokers that fire. Refusals: those of section 4.7
 * and of the decision.
 */
export async function invoke(context: InvokeContext, authority: Authority, order: InvokeOrder): Promise<MadeRun> {
  const { caller } = authority;
  const { accountUin } = caller;
  const { source, invokerId, dryRun, around } = order;
  const commandId = checkCommandId(requireText('CommandId', order.commandId));
  const { machines, offline } = checkPlace(order);
  const stored = await lookUp(context.library, { accountUin, commandId, version: order.commandVersion });
  const traits = stored instanceof Refusal ? UNKNOWN : traitsOf(stored);
  const command = commandRef(context.region, { subject: commandId, ...traits });
  const decidedAt = context.clock.now();
  const found = await findTargets(context, authority, { command, machines });
  const made = await around?.before?.();
  if (made) return made;

  if (stored instanceof Refusal) throw stored;
  const template = templateOf(stored, order);
  const document = runDocument(template);
  const admitted = admitTargets(found, template.commandType, offline);
  await context.objectStorage.requireBucket(document.outputCosBucketUrl);
  return makeRun(context, {
    ...{ authority, decidedAt },
    command: {
      commandId,
      commandVersion: stored.version,
      commandSaved: true,
      commandCreatedBy: stored.createdBy === CreatedBy.TAT ? 'TAT' : 'USER',
      commandName: stored.commandName,
      description: stored.description,
    },
    traits,
    ...{ document, admitted, offline, source, invokerId, dryRun, around },
  });
}

/** What is known of a command that is not there: decisions about it are made all the same, so that a denial tells nothing. */
export const UNKNOWN: CommandTraits = { tags: [], creator: undefined };

/** The command, or the refusal that there is none. */
export async function lookUp(library: CommandLibrary, key: CommandKey): Promise<Command | Refusal> {
  try {
    return await library.resolve(key);
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'not_found') return error;
    throw error;
  }
}

/** What decisions about a stored command look at. */
export function traitsOf({ tags, createdUin }: Command): CommandTraits {
  return {
    tags: tags.map(({ key, value }) => ({ key, value })),
    creator: createdUin === '0' ? undefined : createdUin,
  };
}

/** The command as stored; what the order gives lies over it. */
function templateOf(command: Command, order: InvokeOrder): RunTemplate {
  const commandType = checkCommandType(commandTypeName(command.commandType));
  const confs = command.defaultParameterConfs.map(confFromProto);
  return {
    commandType,
    content: checkContent(command.content),
    workingDirectory: checkWorkingDirectory(order.workingDirectory || command.workingDirectory, commandType),
    username: checkUsername(order.username || command.username, commandType, 'InvalidParameter.InvalidUsername'),
    timeout: checkTimeout(order.timeout ?? command.timeout),
    enableParameter: command.enableParameter,
    defaults:
      confs.length > 0 ? parametersFromConfs(confs) : parseParameters('DefaultParameters', command.defaultParameters),
    parameters: order.parameters,
    outputCosBucketUrl: checkOutputCosBucketUrl(order.outputCosBucketUrl || command.outputCosBucketUrl),
    outputCosKeyPrefix: checkOutputCosKeyPrefix(order.outputCosKeyPrefix || command.outputCosKeyPrefix),
  };
}
