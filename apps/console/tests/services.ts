import type { DescService } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import {
  type Command,
  CommandService,
  InstanceService,
  InvocationService,
  OutputStream,
  SessionService,
  TaskStatus,
  TokenService,
} from '@muster/contract';
import { notFound, Refusal } from '@muster/kernel';
import { bind, callOf } from '@muster/rpc';
import { sessionHandlers } from './session-services.ts';
import type { World } from './world.ts';

/** Services as the console sees them, with a scripted world behind. Each answers as `proto/` says, and refuses what it is not asked for here. */
export function services(world: World) {
  return {
    iam: [scripted(TokenService, tokenHandlers(world))],
    command: [scripted(CommandService, commandHandlers(world))],
    invocation: [
      scripted(InvocationService, invocationHandlers(world)),
      scripted(InstanceService, instanceHandlers(world)),
    ],
    session: [scripted(SessionService, sessionHandlers(world))],
  };
}

/** Handlers that decide for themselves ask about one resource, so that a test can deny it. */
const decide = (context: HandlerContext, resource = 'qcs::cvm:ap-guangzhou:100000000001:instance/ins-web10000') =>
  callOf(context).authorize([{ resource }]);

function tokenHandlers(world: World): Partial<ServiceImpl<typeof TokenService>> {
  return {
    login: ({ userName, password, mfaCode, newPassword }) => {
      if (userName !== 'root' || password !== world.password) {
        throw new Refusal('unauthenticated', 'AuthFailure.InvalidCredentials', 'the user or the password is wrong');
      }
      if (world.mfaCode && mfaCode !== world.mfaCode) {
        throw new Refusal('denied', 'FailedOperation.CheckMFAError', 'MfaCode must be the code of now');
      }
      if (world.replacePassword && newPassword === '') {
        const message = 'NewPassword must be given: this password must be replaced';
        throw new Refusal('conflict', 'OperationDenied.NeedResetPassword', message);
      }
      return { token: 'root', expiredTime: timestampFromMs(Date.now() + world.tokenLife * 1000) };
    },
    logout: () => ({}),
    getCallerIdentity: (_, context) => {
      const { accountUin, uin, name } = callOf(context).caller;
      return { accountId: accountUin, userId: uin, userName: name, region: 'ap-guangzhou', type: 'CAMUser' };
    },
  };
}

function instanceHandlers(world: World): Partial<ServiceImpl<typeof InstanceService>> {
  return {
    describeAutomationAgentStatus: async ({ limit = 20, offset }, context) => {
      await decide(context);
      return { totalCount: world.machines.length, automationAgentSet: world.machines.slice(offset, offset + limit) };
    },
  };
}

function commandHandlers(world: World): Partial<ServiceImpl<typeof CommandService>> {
  const versionsOf = (commandId: string) => {
    const versions = world.commands.get(commandId);
    if (!versions) throw notFound('ResourceNotFound.CommandNotFound', 'command', commandId);
    return versions;
  };
  return {
    describeCommands: async ({ commandIds, limit = 20, offset }, context) => {
      await decide(context);
      const latest = [...world.commands.values()].map((versions) => versions.at(-1)!).reverse();
      const found = latest.filter(({ commandId }) => commandIds.length === 0 || commandIds.includes(commandId));
      return { totalCount: found.length, commandSet: found.slice(offset, offset + limit) };
    },
    describeCommandVersions: async ({ commandId }, context) => {
      await decide(context);
      const versions = versionsOf(commandId).toReversed();
      return { totalCount: versions.length, commandSet: versions };
    },
    createCommand: (request) => {
      const { defaultParameterConfs: confs } = request;
      const { commandId } = world.command({
        ...request,
        $typeName: undefined,
        ...defaults(confs),
        timeout: request.timeout ?? 60,
      } as Partial<Command>);
      return { commandId };
    },
    modifyCommand: async (request, context) => {
      await decide(context);
      const { commandId, content, commandName, description, defaultParameterConfs: confs } = request;
      versionsOf(commandId);
      world.command({
        commandId,
        updatedTime: timestampFromMs(Date.now()),
        ...(content ? { content } : {}),
        ...(commandName ? { commandName } : {}),
        ...(description === undefined ? {} : { description }),
        ...defaults(confs),
      });
      return {};
    },
    deleteCommand: async ({ commandId }, context) => {
      await decide(context);
      versionsOf(commandId);
      world.commands.delete(commandId);
      return {};
    },
    previewReplacedCommandContent: async ({ commandId, parameters }, context) => {
      await decide(context);
      const command = versionsOf(commandId).at(-1)!;
      const values = { ...JSON.parse(command.defaultParameters || '{}'), ...JSON.parse(parameters || '{}') };
      const text = new TextDecoder().decode(command.content);
      const replaced = text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole);
      return { replacedContent: new TextEncoder().encode(replaced) };
    },
  };
}

function defaults(confs: readonly { parameterName: string; parameterValue: string }[]) {
  if (confs.length === 0) return {};
  const values = Object.fromEntries(confs.map((conf) => [conf.parameterName, conf.parameterValue]));
  return { defaultParameterConfs: [...confs], defaultParameters: JSON.stringify(values) } as object;
}

function invocationHandlers(world: World): Partial<ServiceImpl<typeof InvocationService>> {
  const runOf = (invocationId: string) => {
    const run = world.runs.find((each) => each.invocation.invocationId === invocationId);
    if (!run) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', invocationId);
    return run;
  };
  const machinesOf = (ids: readonly string[]) => world.machines.filter(({ instanceId }) => ids.includes(instanceId));
  return {
    runCommand: async (request, context) => {
      await decide(context, 'qcs::tat:ap-guangzhou::command/*');
      const { content, commandName, commandType, instanceIds, parameters, username, workingDirectory } = request;
      const { invocation } = world.run(
        {
          commandContent: content,
          commandName,
          commandType,
          parameters,
          ...(username ? { username } : {}),
          ...(workingDirectory ? { workingDirectory } : {}),
          ...(request.timeout ? { timeout: request.timeout } : {}),
        },
        machinesOf(instanceIds),
      );
      return { invocationId: invocation.invocationId, commandId: invocation.commandId };
    },
    invokeCommand: async ({ commandId, instanceIds, parameters }, context) => {
      await decide(context);
      const command = world.commands.get(commandId)!.at(-1)!;
      const { commandName, content, version, commandType } = command;
      const { invocation } = world.run(
        { commandId, commandName, commandContent: content, commandVersion: version, commandType, parameters },
        machinesOf(instanceIds),
      );
      return { invocationId: invocation.invocationId };
    },
    cancelInvocation: async ({ invocationId }, context) => {
      await decide(context);
      const run = runOf(invocationId);
      run.tasks.forEach((task, index) => {
        if (task.taskStatus === TaskStatus.RUNNING) run.end(index, TaskStatus.TERMINATED, -1);
      });
      return {};
    },
    describeInvocations: async ({ filters, limit = 20, offset }, context) => {
      await decide(context);
      const wanted = (name: string) => filters.find((filter) => filter.name === name)?.values;
      const found = world.runs
        .map((run) => run.invocation)
        .filter(({ invocationId }) => wanted('invocation-id')?.includes(invocationId) ?? true)
        .filter(({ commandId }) => wanted('command-id')?.includes(commandId) ?? true);
      return { totalCount: found.length, invocationSet: found.slice(offset, offset + limit) };
    },
    async *watchInvocation({ invocationId, cursors }, context) {
      await decide(context);
      yield* runOf(invocationId).watch(cursors, context.signal);
    },
    async *getTaskOutput({ invocationTaskId, stream }, context) {
      await decide(context);
      const run = world.runs.find((each) => each.tasks.some((task) => task.invocationTaskId === invocationTaskId))!;
      const side = stream === OutputStream.STDERR ? 'stderr' : 'stdout';
      for (const { task, side: from, offset, data } of run.output) {
        if (task.invocationTaskId === invocationTaskId && from === side) {
          yield { chunk: { invocationTaskId, stream, offset, data } };
        }
      }
    },
  };
}

function scripted<S extends DescService>(service: S, handlers: Partial<ServiceImpl<S>>) {
  const refuse = () => {
    throw new Refusal('unavailable', 'UnsupportedOperation', 'the test does not script this');
  };
  const refusals = Object.fromEntries(service.methods.map((method) => [method.localName, refuse]));
  return bind(service, { ...refusals, ...handlers } as ServiceImpl<S>);
}
