import { type Command, CommandService, CreatedBy, InvocationService, TaskStatus } from '@muster/contract';
import { createServiceClient } from '@muster/rpc';
import { rootTransport } from '../../src/account.ts';
import type { Constellation } from '../../src/constellation.ts';
import type { Step } from './scenario.ts';

/** How a step ended. */
export interface Outcome {
  readonly status: TaskStatus;
  /** -1 when the script did not end by itself. */
  readonly exit: number;
  /** Both streams, in the order they arrived. */
  readonly output: string;
  /** Why it failed, in words. */
  readonly error: string;
}

/** The public library of a constellation, and how its commands are run. */
export interface LibraryClient {
  /** By name. */
  readonly commands: ReadonlyMap<string, Command>;
  /** Runs a step on a machine to its end. */
  perform(instanceId: string, step: Step): Promise<Outcome>;
}

/** Speaks for root, as everybody does: through the gateway. */
export async function libraryClient({ url, root }: Constellation): Promise<LibraryClient> {
  const transport = await rootTransport(url, root);
  const library = createServiceClient(CommandService, transport);
  const invocations = createServiceClient(InvocationService, transport);
  const filters = [{ name: 'created-by', values: ['TAT'] }];
  const { commandSet, totalCount } = await library.describeCommands({ filters, limit: 100 });
  if (commandSet.length !== totalCount || commandSet.some(({ createdBy }) => createdBy !== CreatedBy.TAT))
    throw new Error(`${commandSet.length} of ${totalCount} public commands were listed`);
  const commands = new Map(commandSet.map((command) => [command.commandName, command]));

  const begin = async (instanceId: string, { command: name, parameters, shell }: Step): Promise<string> => {
    const instanceIds = [instanceId];
    if (name === undefined) {
      const content = new TextEncoder().encode(`set -eu\n${shell}\n`);
      return (await invocations.runCommand({ instanceIds, content })).invocationId;
    }
    const command = commands.get(name);
    if (!command) throw new Error(`the public library has no command ${name}`);
    const given = Object.keys(parameters).length > 0 ? JSON.stringify(parameters) : '';
    const { commandId } = command;
    return (await invocations.invokeCommand({ commandId, instanceIds, parameters: given })).invocationId;
  };

  return {
    commands,
    async perform(instanceId, step) {
      const invocationId = await begin(instanceId, step);
      const output: Uint8Array[] = [];
      let outcome: Omit<Outcome, 'output'> = { status: TaskStatus.UNSPECIFIED, exit: -1, error: '' };
      for await (const { event } of invocations.watchInvocation({ invocationId, withOutput: true })) {
        if (event.case === 'output') output.push(event.value.data);
        const task = event.case === 'snapshot' ? event.value.tasks[0] : event.case === 'task' ? event.value : undefined;
        if (task) outcome = { status: task.taskStatus, exit: task.taskResult?.exitCode ?? -1, error: task.errorInfo };
      }
      return { ...outcome, output: Buffer.concat(output).toString() };
    },
  };
}
