import { findProgram } from '../runners/index.ts';
import { findUser, type User } from './users.ts';

/** The PATH of whatever runs as another user than the agent, as `su` would set it. */
const PLAIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why something cannot be started: one of TAT's words and a sentence for people. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** Whom something runs as. */
export interface Account {
  readonly user: User;
  /** Set when that is somebody else than the agent's own user: what is started has to become that user first, with `setpriv`. */
  readonly switchTo: User | undefined;
  /** Where it looks for programs. */
  readonly path: string;
}

/** The account of a name on this machine; `what` would run as it (`a script`). Throws CannotStart where it cannot. */
export async function accountFor(name: string, { what, path }: { what: string; path: string }): Promise<Account> {
  if (process.platform !== 'linux')
    throw new CannotStart(`TaskSpawnFailed: this version of the agent can run ${what} on Linux only`);
  const user = await findUser(name);
  if (!user) throw new CannotStart(`InvalidUser: user \`${name}\` does not exist on this machine`);
  const own = process.getuid!();
  if (user.uid === own) return { user, switchTo: undefined, path };
  if (own !== 0)
    throw new CannotStart(
      `InvalidUser: the agent does not run as root, so it cannot run ${what} as user \`${user.name}\``,
    );
  if (!findProgram(['setpriv'], PLAIN_PATH))
    throw new CannotStart(
      `InvalidUser: running ${what} as user \`${user.name}\` needs the program setpriv (util-linux), which this machine does not have`,
    );
  return { user, switchTo: user, path: PLAIN_PATH };
}
