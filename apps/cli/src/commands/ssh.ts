import { InvalidArgumentError } from 'commander';
import { matchTarget } from '../choose-targets.ts';
import { seconds } from '../option-values.ts';
import { attend } from '../shell/attend.ts';
import { shellExitCode } from '../shell/exit-code.ts';
import { Stop } from '../stop.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly user?: string;
  readonly reason?: string;
  readonly grace?: number;
  readonly directory?: string;
}

const GRACE_MAX = 3_600;

/** `muster ssh`: a shell on a machine. */
export const ssh = verb<Options, [instance: string, command: string[]]>({
  configure(command) {
    command
      .argument('<instance>', 'id or name')
      .argument('[command...]', 'nothing: `muster run` is for commands')
      .option('--user <name>', 'user of the operating system; root when left out')
      .option('--reason <text>', 'why, in at most 256 characters; it is on record')
      .option('--grace <duration>', 'so long the shell waits for a lost connection; 60s when left out', grace)
      .option('--directory <path>', "where the shell begins; the user's home when left out")
      .addHelpText(
        'after',
        `
At the beginning of a line ~. ends the shell and leaves, ~? lists these keys, ~~ types one ~.
What is piped in is typed there, then the end of input. There is always a terminal on the other side, so it is echoed.

Exit codes: the shell's own; 255 when there was no shell, or when it ended in another way`,
      );
  },
  examples: [
    'muster ssh web-1',
    "muster ssh ins-00000000 --user deploy --reason 'disk is full' --grace 10m --directory /var/log",
    'echo exit | muster ssh web-1',
  ],
  async run(app, { user = 'root', reason = '', grace: graceSeconds, directory = '' }, instance, words) {
    if (words.length > 0) throw new Stop('a shell takes no command', { hint: `muster run '...' -t ${instance}` });
    return shellExitCode(app, async () => {
      const session = await app.connect();
      const { id, name } = await matchTarget(session, instance);
      const size = app.terminal.out.size ?? app.terminal.err.size ?? {};
      const request = { instanceId: id, username: user, workingDirectory: directory, reason, ...size };
      const open = () =>
        session.shells.openSession({ ...request, ...(graceSeconds !== undefined && { graceSeconds }) });
      return attend(app, session, { title: `${user} on ${name}`, role: 'drive', open });
    });
  },
});

function grace(value: string): number {
  const given = seconds(value);
  if (given > GRACE_MAX) throw new InvalidArgumentError('It must be at most 1h.');
  return given;
}
