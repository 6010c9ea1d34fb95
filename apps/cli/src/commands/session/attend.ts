import { SessionKind, SessionMode, type Session as ShellSession } from '@muster/contract';
import type { App } from '../../app.ts';
import { endingWords } from '../../domain/ending-words.ts';
import type { Session } from '../../session.ts';
import { findSessionId, instanceNames } from '../../session-listing.ts';
import { attend } from '../../shell/attend.ts';
import { shellExitCode } from '../../shell/exit-code.ts';
import { nothingMatched, Stop } from '../../stop.ts';
import { type Verb, verb } from '../../verb.ts';

/** `muster session watch`: sees what somebody does, without a part in it. */
export const sessionWatch: Verb = verb<object, [session: string]>({
  configure(command) {
    command
      .argument('<session>', 'id, or `last`')
      .addHelpText(
        'after',
        '\nThe screen is that of the session: a smaller terminal shows less of it. q or Ctrl-C leaves.',
      );
  },
  examples: ['muster session watch ses-00000000'],
  async run(app, _, text) {
    const { session, found, title } = await findShell(app, text);
    const { sessionId } = found;
    const open = () => session.shells.joinSession({ sessionId, sessionMode: SessionMode.WATCH });
    const how = await attend(app, session, { title: `watching ${title}`, role: 'watch', open });
    if (how.kind === 'ended') app.note(`the session is over: ${endingWords(how.reason, how.words)}`);
    return undefined;
  },
});

/** `muster session join`: types from now on; who did until then watches. */
export const sessionJoin: Verb = verb<object, [session: string]>({
  configure(command) {
    command
      .argument('<session>', 'id, or `last`')
      .addHelpText(
        'after',
        "\nWho drove until then watches. Keys and exit codes are those of `muster ssh`: the shell's own, or 255.",
      );
  },
  examples: ['echo exit | muster session join ses-00000000'],
  async run(app, _, text) {
    return shellExitCode(app, async () => {
      const { session, found, title } = await findShell(app, text);
      const { sessionId } = found;
      const open = () => session.shells.joinSession({ sessionId, sessionMode: SessionMode.DRIVE });
      return attend(app, session, { title: `${title}, taken over`, role: 'drive', open, again: open });
    });
  },
});

/** The session, and what to call it. */
async function findShell(app: App, text: string): Promise<{ session: Session; found: ShellSession; title: string }> {
  const session = await app.connect();
  const sessionId = await findSessionId(session, text);
  const { sessionSet } = await session.shells.describeSessions({ sessionIds: [sessionId] });
  const [found] = sessionSet;
  if (!found) throw nothingMatched(`no session \`${sessionId}\` that you may see`, '`muster session list` shows them');
  if (found.sessionKind !== SessionKind.SHELL) throw new Stop(`\`${sessionId}\` is no shell: there is nothing to see`);
  const nameOf = await instanceNames(app, [found]);
  return { session, found, title: `${found.username} on ${nameOf(found.instanceId)}` };
}
