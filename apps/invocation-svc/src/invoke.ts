import {
  checkCommandId,
  checkCommandType,
  checkContent,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
  parametersFromConfs,
  parseParameters,
  requireText,
} from '@muster/command';
import type { Command } from '@muster/contract';
import { checkClientToken } from '@muster/db';
import { Refusal } from '@muster/kernel';
import type { Authority } from './authority.ts';
import type { CommandKey, CommandLibrary } from './command-library.ts';
import type { Context } from './context.ts';
import { commandTypeName, confFromProto } from './convert.ts';
import { commandRef, instanceRefs } from './decision-subjects.ts';
import type { CommandTraits } from './domain/invocation.ts';
import { type RunTemplate, runDocument } from './domain/run-document.ts';
import { checkInstanceIds, checkTargets } from './domain/targets.ts';
import { makeRun, type RunIds } from './make-run.ts';
import { InstanceStore } from './store/instance-store.ts';
import { RunReader } from './store/run-reader.ts';

/** A stored command and how and where it is to run; unchecked, empty or absent where the command's own applies. */
export interface InvokeOrder {
  readonly commandId: string;
  /** 0 for the latest. */
  readonly commandVersion: number;
  readonly instanceIds: readonly string[];
  /** JSON text. */
  readonly parameters: string;
  readonly username: string;
  readonly workingDirectory: string;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly clientToken: string;
}

/** What making a run of a stored command needs. */
export type InvokeContext = Pick<Context, 'db' | 'write' | 'clock' | 'rules' | 'library' | 'region' | 'kickDispatch'>;

/** Decides and makes a run of a stored command: the one way of InvokeCommand and of invokers that fire. */
export async function invoke(context: InvokeContext, authority: Authority, order: InvokeOrder): Promise<RunIds> {
  const { caller } = authority;
  const { accountUin } = caller;
  const clientToken = checkClientToken(order.clientToken);
  const commandId = checkCommandId(requireText('CommandId', order.commandId));
  const { ids, kind } = checkInstanceIds(order.instanceIds);
  const stored = await lookUp(context.library, { accountUin, commandId, version: order.commandVersion });
  const known = await new InstanceStore(context.db).byIds(accountUin, ids);
  const traits = stored instanceof Refusal ? UNKNOWN : traitsOf(stored);
  const targetRefs = await instanceRefs(
    context,
    ids,
    known.map(({ instanceId }) => instanceId),
  );
  await authority.authorize([commandRef(context.region, { subject: commandId, ...traits }), ...targetRefs]);
  const made = clientToken && (await new RunReader(context.db).byClientToken(accountUin, clientToken));
  if (made) return made;

  if (stored instanceof Refusal) throw stored;
  const template = templateOf(stored, order);
  const document = runDocument(template);
  const targets = checkTargets(ids, known, template.commandType);
  const { commandName, description, version: commandVersion } = stored;
  const command = { commandId, commandVersion, commandSaved: true, commandName, description };
  return makeRun(context, { caller, command, traits, document, kind, targets, clientToken });
}

/** What is known of a command that is not there: decisions about it are made all the same, so that a denial tells nothing. */
const UNKNOWN: CommandTraits = { tags: [], creator: undefined };

/** The command, or the refusal that there is none. */
async function lookUp(library: CommandLibrary, key: CommandKey): Promise<Command | Refusal> {
  try {
    return await library.resolve(key);
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'not_found') return error;
    throw error;
  }
}

function traitsOf({ tags, createdUin }: Command): CommandTraits {
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
  };
}
