import { type RecordingHit, RecordingHitSchema } from '@muster/contract';
import { formatClock } from '../../domain/duration.ts';
import { escapeText } from '../../domain/escape.ts';
import { jsonLines } from '../../output/json-outputs.ts';
import type { Channel } from '../../output/terminal.ts';
import { toTatJson } from '../../output/to-json.ts';
import { filterOptions, filtersOf, type SessionFilters, SHOWN } from '../../session-filters.ts';
import { findRecordingId, instanceNames } from '../../session-listing.ts';
import { nothingMatched } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options extends SessionFilters {
  readonly session?: string;
}

/** The service's largest page. */
const PAGE_MAX = 100;

/** `muster session search`: where a text stood on a screen, and when. */
export const sessionSearch = verb<Options, [text: string]>({
  configure(command) {
    command
      .argument('<text>', '3 to 200 characters, as they stood on the screen; capitals do not matter')
      .option('--session <id>', 'only in this session, or `last`');
    filterOptions(command);
  },
  examples: [
    "muster session search 'permission denied'",
    'muster session search mkfs --instance web-1 --user root --json',
  ],
  async run(app, { session: sessionId, limit = SHOWN, ...given }, query) {
    const session = await app.connect();
    const only =
      sessionId === undefined ? [] : [{ name: 'session-id', values: [await findRecordingId(session, sessionId)] }];
    const filters = [...only, ...(await filtersOf(session, given))];
    const hits: RecordingHit[] = [];
    let more = true;
    while (more && hits.length < limit) {
      const page = { limit: Math.min(PAGE_MAX, limit - hits.length), offset: hits.length };
      const answer = await session.shells.searchRecordings({ query, filters, ...page });
      hits.push(...answer.hits);
      more = answer.more && answer.hits.length > 0;
    }
    if (app.json) {
      const print = jsonLines(app.terminal.out);
      for (const hit of hits) print('hit', toTatJson(RecordingHitSchema, hit));
    } else {
      const nameOf = await instanceNames(
        app,
        hits.flatMap(({ recording }) => recording ?? []),
      );
      for (const hit of hits) printHit(app.terminal.out, hit, nameOf);
    }
    if (hits.length === 0) throw nothingMatched(`no recording that you may read holds \`${query}\``);
    if (more) app.note(`stopped at ${limit}; more with --limit`);
    return undefined;
  },
});

function printHit({ colors, line }: Channel, hit: RecordingHit, nameOf: (instanceId: string) => string): void {
  const { recording, atMs, excerpt, foundAt, foundLength } = hit;
  const { sessionId = '', instanceId = '', username = '' } = recording ?? {};
  const end = foundAt + foundLength;
  const found = colors.bold(colors.red(escapeText(excerpt.slice(foundAt, end))));
  const text = `${escapeText(excerpt.slice(0, foundAt))}${found}${escapeText(excerpt.slice(end))}`;
  const where = `${colors.cyan(sessionId)} ${formatClock(Number(atMs))}`;
  line(`${where} ${colors.dim(`${username} on ${escapeText(nameOf(instanceId))} |`)} ${text}`);
}
