import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { CommandType, TaskOrder } from '@muster/contract';
import { scriptEnvironment } from '../domain/environment.ts';
import { placeOf, type StandIn } from '../domain/stand-in.ts';
import { findProgram, type Runner, runnerOf } from '../runners/index.ts';
import { findUser, type User } from './users.ts';

/** The PATH of a script that runs as another user than the agent, as `su` would set it. */
const PLAIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

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

/** Why a script cannot be started: one of TAT's words and a sentence for people. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** Checks what an order asks of this machine; throws CannotStart. The directory is entered, and checked again, as the user. */
export async function prepare(order: TaskOrder, inherited: Inherited): Promise<Prepared> {
  if (process.platform !== 'linux')
    throw new CannotStart('TaskSpawnFailed: this version of the agent runs scripts on Linux only');
  const { username, workingDirectory } = placeOf(order, inherited.standIn);
  const user = await findUser(username);
  if (!user) throw new CannotStart(`InvalidUser: user \`${username}\` does not exist on this machine`);
  const own = process.getuid!();
  const switchTo = user.uid === own ? undefined : user;
  if (switchTo && own !== 0)
    throw new CannotStart(
      `InvalidUser: the agent does not run as root, so it cannot run a script as user \`${user.name}\``,
    );
  if (switchTo && !findProgram(['setpriv'], PLAIN_PATH))
    throw new CannotStart(
      `InvalidUser: running a script as user \`${user.name}\` needs the program setpriv (util-linux), which this machine does not have`,
    );
  await checkDirectory(workingDirectory);
  const path = switchTo ? PLAIN_PATH : inherited.path;
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
