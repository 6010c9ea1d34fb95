import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { CommandType, TaskOrder } from '@muster/contract';
import { scriptEnvironment } from '../domain/environment.ts';
import { placeOf, type StandIn } from '../domain/stand-in.ts';
import { findProgram, type Runner, runnerOf } from '../runners/index.ts';
import { accountFor, CannotStart } from './account.ts';
import type { User } from './users.ts';

/** What a script takes over from the agent. */
export interface Inherited {
  readonly path: string;
  readonly lang: string;
  /** Set when the agent's own user stands in for root. */
  readonly standIn?: StandIn;
}

/** Everything that is needed to start a script. */
export interface Prepared {
  readonly runner: Runner;
  readonly interpreter: string;
  /** Set when the script runs as somebody else than the agent. */
  readonly switchTo: User | undefined;
  readonly workingDirectory: string;
  readonly environment: Record<string, string>;
}

/** Checks what an order asks of this machine; throws CannotStart. The directory is entered, and checked again, as the user. */
export async function prepare(order: TaskOrder, inherited: Inherited): Promise<Prepared> {
  const { username, workingDirectory } = placeOf(order, inherited.standIn);
  const { user, switchTo, path } = await accountFor(username, { what: 'a script', path: inherited.path });
  await checkDirectory(workingDirectory);
  const { runner, interpreter } = interpreterFor(order.commandType, path);
  return {
    runner,
    interpreter,
    switchTo,
    workingDirectory,
    environment: scriptEnvironment({
      user,
      path,
      lang: inherited.lang,
      invocationId: order.invocationId,
      given: order.environment,
    }),
  };
}

async function checkDirectory(directory: string): Promise<void> {
  if (!isAbsolute(directory) || directory.includes('\0'))
    throw new CannotStart(`InvalidWorkingDirectory: \`${directory}\` is not an absolute path`);
  const found = await stat(directory).catch(() => undefined);
  if (!found) throw new CannotStart(`InvalidWorkingDirectory: \`${directory}\` does not exist on this machine`);
  if (!found.isDirectory()) throw new CannotStart(`InvalidWorkingDirectory: \`${directory}\` is not a directory`);
}

function interpreterFor(type: CommandType, path: string): { runner: Runner; interpreter: string } {
  const runner = runnerOf(type);
  const names = runner?.interpreters(process.platform) ?? [];
  if (!runner || names.length === 0)
    throw new CannotStart(`TaskSpawnFailed: ${runner?.feature ?? 'such'} scripts cannot run on ${process.platform}`);
  const interpreter = findProgram(names, path);
  if (!interpreter)
    throw new CannotStart(
      `TaskSpawnFailed: ${runner.feature} needs ${names.join(' or ')}, which this machine does not have in ${path}`,
    );
  return { runner, interpreter };
}
