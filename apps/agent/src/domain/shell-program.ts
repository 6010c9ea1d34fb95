/** For whom a program is started, and what is known of it. */
export interface ProgramWanted {
  readonly sessionId: string;
  readonly user: { readonly name: string; readonly home: string; readonly shell: string };
  /** Set when that is somebody else than the agent's own user. */
  readonly switchTo: { readonly uid: number; readonly gid: number } | undefined;
  /** Folders of control groups to be in. */
  readonly groups: readonly string[];
  readonly path: string;
  readonly lang: string;
}

/** Whose shell it is, and where. */
export interface ShellWanted extends ProgramWanted {
  /** The user's home when empty. */
  readonly workingDirectory: string;
}

/** What to start. */
export interface ShellProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Before anything else the shell is in its groups, and has the mark by which the tree of everything that the agent starts is found: both only in
 * its own session, for whoever has one of them is ended with its whole session. Where memory runs out, it goes before the agent.
 */
const JOIN = `MUSTER_TASK_ID=$0 groups=$1
export MUSTER_TASK_ID
shift
IFS=:
for group in $groups; do
  echo 0 >"$group/cgroup.procs"
done 2>/dev/null
unset IFS groups
read -r score 2>/dev/null </proc/self/oom_score_adj && [ "$score" -lt 0 ] && echo 0 2>/dev/null >/proc/self/oom_score_adj
exec "$@"`;

/** As the user: the directory is entered with that user's rights. Whoever asked for another one is told, and not sent away. */
const ENTER = `cd -- "$0" 2>/dev/null || { echo "muster: cannot enter $0"; cd -- "$HOME" 2>/dev/null || cd /; }
unset OLDPWD
exec "$@"`;

/** A login shell of the user, with that user's groups and nothing of the agent's environment. */
export function shellProgram({ workingDirectory, ...wanted }: ShellWanted): ShellProgram {
  const { user } = wanted;
  const enter = ['sh', '-c', ENTER, workingDirectory || user.home];
  const { env, ...program } = programOf(wanted, [...enter, user.shell, '-l']);
  return { ...program, env: { ...env, TERM: 'xterm-256color' } };
}

/** Any program of a session, as the user, likewise. */
export function programOf(wanted: ProgramWanted, command: readonly string[]): ShellProgram {
  const { sessionId, user, switchTo, groups, path, lang } = wanted;
  const as = switchTo
    ? ['setpriv', '--reuid', String(switchTo.uid), '--regid', String(switchTo.gid), '--init-groups', '--']
    : [];
  return {
    file: 'sh',
    args: ['-c', JOIN, sessionId, groups.join(':'), ...as, ...command],
    env: {
      PATH: path,
      LANG: lang,
      HOME: user.home,
      USER: user.name,
      LOGNAME: user.name,
      SHELL: user.shell,
    },
  };
}
