import { createHmac } from 'node:crypto';
import { toBinary } from '@bufbuild/protobuf';
import type { MethodImpl } from '@connectrpc/connect';
import {
  checkCommandName,
  checkCommandType,
  checkContent,
  checkDefaults,
  checkDescription,
  checkOutputCosBucketUrl,
  checkOutputCosKeyPrefix,
  checkTags,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
} from '@muster/command';
import {
  type InvocationService,
  type RunCommandRequest,
  RunCommandRequestSchema,
  RunCommandResponseSchema,
} from '@muster/contract';
import { checkClientToken } from '@muster/db';
import { commandResource, newId } from '@muster/kernel';
import { type Caller, callOf } from '@muster/rpc';
import type { Vault } from '@muster/vault';
import { UNSAVED } from '../domain/invocation.ts';
import { type RunTemplate, runDocument } from '../domain/run-document.ts';
import { admitTargets, checkPlace } from '../domain/targets.ts';
import { commandTypeName, offlinePolicyFromProto } from '../enum-convert.ts';
import { findTargets } from '../find-targets.ts';
import type { InvokeContext } from '../invoke.ts';
import { makeRun } from '../make-run.ts';
import { onceForToken } from '../once-for-token.ts';
import { confFromProto } from '../run-convert.ts';

export function runCommand(context: InvokeContext): MethodImpl<typeof InvocationService.method.runCommand> {
  // no id exists yet: only who may run every command may run a new one
  const everyCommand = { resource: commandResource(context.region, UNSAVED) };
  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    const { caller } = call;
    const { dryRun, saveCommand } = request;
    checkClientToken(request.clientToken);
    const offlinePolicy = offlinePolicyFromProto(request.offlinePolicy);
    const { machines, offline } = checkPlace({ ...request, offlinePolicy });
    const decidedAt = context.clock.now();
    const found = await findTargets(context, call, { command: everyCommand, machines });
    const messages = { input: RunCommandRequestSchema, request, output: RunCommandResponseSchema };
    const around = onceForToken(context, caller, messages);
    const made = await around.before?.();
    if (made) return made;

    const name = request.commandName && checkCommandName(request.commandName);
    const description = checkDescription(request.description);
    const tags = checkTags(request.tags.map(({ key, value }) => ({ key, value })));
    const template = templateOf(request);
    const document = runDocument(template);
    const admitted = admitTargets(found, template.commandType, offline);
    await context.objectStorage.requireBucket(document.outputCosBucketUrl);

    const commandId = newCommandId(context.vault, caller, request);
    const commandName = name || (saveCommand ? commandId : '');
    if (saveCommand && !dryRun) {
      const { accountUin, uin } = caller;
      await context.library.save({ ...savedFrom(request, template), accountUin, uin, commandId, commandName });
    }
    const command = { commandId, commandVersion: 0, commandSaved: saveCommand, commandName, description };
    return makeRun(context, {
      ...{ authority: call, decidedAt },
      command: { ...command, commandCreatedBy: 'USER' },
      traits: { tags, creator: caller.uin },
      ...{ document, admitted, offline, dryRun, around, source: 'USER' },
    });
  };
}

/**
 * With a client token the id follows from the request, so that a call repeated after a crash saves the same command, not a second one; from
 * the vault's key too, for it tells nobody of hidden values.
 */
function newCommandId(vault: Vault, { accountUin, uin }: Caller, request: RunCommandRequest): string {
  if (request.clientToken === '') return newId('cmd');
  const message = toBinary(RunCommandRequestSchema, request);
  const digest = createHmac('sha256', vault.derive('run-command-id'))
    .update(`${accountUin}\n${uin}\n`)
    .update(message)
    .digest('hex');
  return `cmd-${BigInt(`0x${digest}`).toString(36).slice(-8)}`;
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
    outputCosBucketUrl: checkOutputCosBucketUrl(request.outputCosBucketUrl),
    outputCosKeyPrefix: checkOutputCosKeyPrefix(request.outputCosKeyPrefix),
  };
}

/** The command as it is kept: the defaults as they were given, everything else as it was checked. */
function savedFrom(
  { content, commandType, description, defaultParameters, defaultParameterConfs, tags }: RunCommandRequest,
  { timeout, username, workingDirectory, enableParameter, outputCosBucketUrl, outputCosKeyPrefix }: RunTemplate,
) {
  const given = { content, commandType, description, defaultParameters, defaultParameterConfs, tags };
  return {
    ...given,
    ...{ timeout, username, workingDirectory, enableParameter, outputCosBucketUrl, outputCosKeyPrefix },
  };
}
