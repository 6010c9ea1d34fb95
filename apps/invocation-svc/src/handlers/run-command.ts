import type { MethodImpl } from '@connectrpc/connect';
import {
  checkCommandName,
  checkCommandType,
  checkContent,
  checkDefaults,
  checkDescription,
  checkTags,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
} from '@muster/command';
import type { InvocationService, RunCommandRequest } from '@muster/contract';
import { checkClientToken } from '@muster/db';
import { commandResource } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { commandTypeName, confFromProto } from '../convert.ts';
import { instanceRefs } from '../decision-subjects.ts';
import { UNSAVED } from '../domain/invocation.ts';
import { type RunTemplate, runDocument } from '../domain/run-document.ts';
import { checkInstanceIds, checkTargets } from '../domain/targets.ts';
import { makeRun, newCommandId } from '../make-run.ts';
import { InstanceStore } from '../store/instance-store.ts';
import { RunReader } from '../store/run-reader.ts';

export function runCommand(
  context: Pick<Context, 'db' | 'write' | 'clock' | 'rules' | 'library' | 'region' | 'kickDispatch'>,
): MethodImpl<typeof InvocationService.method.runCommand> {
  const instances = new InstanceStore(context.db);
  const runs = new RunReader(context.db);
  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    const { caller } = call;
    const { accountUin } = caller;
    const clientToken = checkClientToken(request.clientToken);
    const { ids, kind } = checkInstanceIds(request.instanceIds);
    const known = await instances.byIds(accountUin, ids);
    // no id exists yet: only who may run every command may run a new one
    const everyCommand = { resource: commandResource(context.region, UNSAVED) };
    const targetRefs = await instanceRefs(
      context,
      ids,
      known.map(({ instanceId }) => instanceId),
    );
    await call.authorize([everyCommand, ...targetRefs]);
    const made = clientToken && (await runs.byClientToken(accountUin, clientToken));
    if (made) return made;

    const commandName = request.commandName && checkCommandName(request.commandName);
    const description = checkDescription(request.description);
    const tags = checkTags(request.tags.map(({ key, value }) => ({ key, value })));
    const template = templateOf(request);
    const document = runDocument(template);
    const targets = checkTargets(ids, known, template.commandType);

    const commandId = newCommandId(accountUin, clientToken);
    const command = { commandId, commandVersion: 0, commandSaved: request.saveCommand, commandName, description };
    if (request.saveCommand) {
      command.commandName ||= commandId;
      await context.library.save({
        ...savedFrom(request, template),
        accountUin,
        uin: caller.uin,
        commandId,
        commandName: command.commandName,
        description,
      });
    }
    const traits = { tags, creator: caller.uin };
    return makeRun(context, { caller, command, traits, document, kind, targets, clientToken });
  };
}

function templateOf(request: RunCommandRequest): RunTemplate {
  const { enableParameter, parameters, defaultParameters } = request;
  const commandType = checkCommandType(commandTypeName(request.commandType));
  const defaultParameterConfs = request.defaultParameterConfs.map(confFromProto);
  return {
    commandType,
    content: checkContent(request.content),
    workingDirectory: checkWorkingDirectory(request.workingDirectory, commandType),
    username: checkUsername(request.username, commandType),
    timeout: checkTimeout(request.timeout),
    enableParameter,
    defaults: checkDefaults({ enableParameter, defaultParameters, defaultParameterConfs }),
    parameters,
  };
}

/** The command as it is kept: the defaults as they were given, everything else as it was checked. */
function savedFrom(
  { content, commandType, defaultParameters, defaultParameterConfs, tags }: RunCommandRequest,
  { timeout, username, workingDirectory, enableParameter }: RunTemplate,
) {
  const given = { content, commandType, defaultParameters, defaultParameterConfs, tags };
  return { ...given, timeout, username, workingDirectory, enableParameter };
}
