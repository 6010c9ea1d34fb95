import { findSessionId } from '../../session-listing.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly reason?: string;
}

/** `muster session kill`: ends sessions and everything that their shells started. */
export const sessionKill = verb<Options, [sessions: string[]]>({
  configure(command) {
    command
      .argument('<session...>', 'ids, or `last`; all of them end, or none')
      .option('--reason <text>', 'why, in at most 256 characters; it is on record, and who sits there reads it');
  },
  examples: ['muster session kill ses-00000000', "muster session kill ses-00000000 ses-00000001 --reason 'forgotten'"],
  async run(app, { reason = '' }, texts) {
    const session = await app.connect();
    const sessionIds = await Promise.all(texts.map((text) => findSessionId(session, text)));
    await session.shells.closeSession({ sessionIds, reason });
    if (app.json) app.printJson({ SessionIds: sessionIds });
    else for (const sessionId of sessionIds) app.terminal.out.line(`${sessionId} is ended`);
    return undefined;
  },
});
