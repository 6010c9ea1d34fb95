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
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { commandTypeName, confFromProto } from '../convert.ts';
import { type RunTemplate, runDocument } from '../domain/run-document.ts';
import { checkInstanceIds, checkTargets } from '../domain/targets.ts';
import { checkClientToken, makeRun } from '../make-run.ts';
import { InstanceStore } from '../store/instance-store.ts';
import { RunReader } from '../store/run-reader.ts';

export function invokeCommand(
  context: Pick<Context, 'db' | 'write' | 'clock' | 'rules' | 'library' | 'kickDispatch'>,
): MethodImpl<typeof InvocationService.method.invokeCommand> {
  const instances = new InstanceStore(context.db);
  const runs = new RunReader(context.db);
  return async (request, handlerContext) => {
    const { caller } = callOf(handlerContext);
    const { accountUin } = caller;
    const clientToken = checkClientToken(request.clientToken);
    const commandId = checkCommandId(requireText('CommandId', request.commandId));
    const made = clientToken && (await runs.byClientToken(accountUin, clientToken));
    if (made) return { invocationId: made.invocationId };

    const { ids, kind } = checkInstanceIds(request.instanceIds);
    const stored = await context.library.resolve({ accountUin, commandId, version: request.commandVersion });
    const template = templateOf(stored, request);
    const document = runDocument(template);
    const targets = checkTargets(ids, await instances.byIds(accountUin, ids), template.commandType);
    const { commandName, description, version: commandVersion } = stored;
    const command = { commandId, commandVersion, commandSaved: true, commandName, description };
    const { invocationId } = await makeRun(context, { caller, command, document, kind, targets, clientToken });
    return { invocationId };
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
