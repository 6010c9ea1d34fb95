import type { MethodImpl } from '@connectrpc/connect';
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
import type { Command, InvocationService, InvokeCommandRequest } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { CommandKey, CommandLibrary } from '../command-library.ts';
import type { Context } from '../context.ts';
import { commandTypeName, confFromProto } from '../convert.ts';
import { commandRef, instanceRefs } from '../decision-subjects.ts';
import type { CommandTraits } from '../domain/invocation.ts';
import { type RunTemplate, runDocument } from '../domain/run-document.ts';
import { checkInstanceIds, checkTargets } from '../domain/targets.ts';
import { checkClientToken, makeRun } from '../make-run.ts';
import { InstanceStore } from '../store/instance-store.ts';
import { RunReader } from '../store/run-reader.ts';

export function invokeCommand(
  context: Pick<Context, 'db' | 'write' | 'clock' | 'rules' | 'library' | 'region' | 'kickDispatch'>,
): MethodImpl<typeof InvocationService.method.invokeCommand> {
  const instances = new InstanceStore(context.db);
  const runs = new RunReader(context.db);
  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    const { caller } = call;
    const { accountUin } = caller;
    const clientToken = checkClientToken(request.clientToken);
    const commandId = checkCommandId(requireText('CommandId', request.commandId));
    const { ids, kind } = checkInstanceIds(request.instanceIds);
    const stored = await lookUp(context.library, { accountUin, commandId, version: request.commandVersion });
    const known = await instances.byIds(accountUin, ids);
    const traits = stored instanceof Refusal ? UNKNOWN : traitsOf(stored);
    const targetRefs = await instanceRefs(
      context,
      ids,
      known.map(({ instanceId }) => instanceId),
    );
    await call.authorize([commandRef(context.region, { subject: commandId, ...traits }), ...targetRefs]);
    const made = clientToken && (await runs.byClientToken(accountUin, clientToken));
    if (made) return { invocationId: made.invocationId };

    if (stored instanceof Refusal) throw stored;
    const template = templateOf(stored, request);
    const document = runDocument(template);
    const targets = checkTargets(ids, known, template.commandType);
    const { commandName, description, version: commandVersion } = stored;
    const command = { commandId, commandVersion, commandSaved: true, commandName, description };
    const { invocationId } = await makeRun(context, { caller, command, traits, document, kind, targets, clientToken });
    return { invocationId };
  };
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

/** The command as stored; what the request gives lies over it. */
function templateOf(command: Command, request: InvokeCommandRequest): RunTemplate {
  const commandType = checkCommandType(commandTypeName(command.commandType));
  const confs = command.defaultParameterConfs.map(confFromProto);
  return {
    commandType,
    content: checkContent(command.content),
    workingDirectory: checkWorkingDirectory(request.workingDirectory || command.workingDirectory, commandType),
    username: checkUsername(request.username || command.username, commandType, 'InvalidParameter.InvalidUsername'),
    timeout: checkTimeout(request.timeout ?? command.timeout),
    enableParameter: command.enableParameter,
    defaults:
      confs.length > 0 ? parametersFromConfs(confs) : parseParameters('DefaultParameters', command.defaultParameters),
    parameters: request.parameters,
  };
}
