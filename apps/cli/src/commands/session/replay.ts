import { readFile } from 'node:fs/promises';
import { type CastEvent, type CastHeader, CastReader, SPEEDS } from '@muster/terminal';
import { InvalidArgumentError } from 'commander';
import type { App } from '../../app.ts';
import { EXIT } from '../../domain/outcome.ts';
import { parsePlace } from '../../domain/place.ts';
import { SafeOutput } from '../../domain/safe-output.ts';
import { findRecordingId } from '../../session-listing.ts';
import { play } from '../../shell/player.ts';
import { readRecording } from '../../shell/read-recording.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly speed: number;
  readonly from: number;
  readonly idleLimit: number;
}

interface Recorded {
  readonly header: CastHeader;
  readonly events: readonly CastEvent[];
  /** What does not fit its hashes. */
  readonly fault: string | undefined;
}

const [SLOWEST, FASTEST] = [SPEEDS[0], SPEEDS.at(-1)!];

/** `muster session replay`: plays a recording. */
export const sessionReplay = verb<Options, [recording: string]>({
  configure(command) {
    command
      .argument('<recording>', 'id of a session, `last`, or an exported .cast file')
      .option('--speed <factor>', `${SLOWEST} to ${FASTEST}`, speed, 1)
      .option('--from <time>', 'begin there: 1:23, 1:02:03 or 90s', place, 0)
      .option('--idle-limit <seconds>', 'no silence lasts longer than this', idleLimit, Number.POSITIVE_INFINITY)
      .addHelpText(
        'after',
        `
Keys: space pauses, ← and → go 5 seconds, + and - change the speed, q leaves.
Where output is no terminal, everything that was printed comes at once. Titles, clipboards and what would make your terminal answer
are left out of it.

Exit codes: 0 everything fits its hashes, 2 something does not`,
      );
  },
  examples: [
    'muster session replay ses-00000000',
    'muster session replay last --speed 4 --from 1:23 --idle-limit 2',
    'muster session replay incident.cast',
  ],
  async run(app, { speed: factor, from, idleLimit: idleLimitMs }, what) {
    const { header, events, fault } = what.endsWith('.cast') ? await fromFile(what) : await fromService(app, what);
    const { out } = app.terminal;
    if (out.isTerminal) await play(app.terminal, header, events, { speed: factor, fromMs: from, idleLimitMs });
    else printAll(app, events, from);
    if (fault === undefined) return EXIT.succeeded;
    app.note(app.terminal.err.colors.red(`the recording is broken: ${fault}`));
    return EXIT.answeredNo;
  },
});

function printAll({ terminal: { out } }: App, events: readonly CastEvent[], fromMs: number): void {
  const safe = new SafeOutput();
  for (const { kind, atMs, text } of events) {
    if (kind === 'o' && atMs >= fromMs) out.write(safe.take(Buffer.from(text)));
  }
}

async function fromService(app: App, text: string): Promise<Recorded> {
  const session = await app.connect();
  const sessionId = await findRecordingId(session, text);
  const reader = new CastReader();
  const events: CastEvent[] = [];
  const chunks = readRecording(session, sessionId);
  let next = await chunks.next();
  for (; !next.done; next = await chunks.next()) events.push(...reader.add(next.value.text));
  const { fault, seal } = next.value;
  if (!seal) app.note('the session is open: this is the recording so far');
  return { header: headerOf(reader, sessionId), events, fault };
}

async function fromFile(file: string): Promise<Recorded> {
  const reader = new CastReader();
  try {
    const events = [...reader.add(await readFile(file, 'utf8')), ...reader.end()];
    return { header: headerOf(reader, file), events, fault: undefined };
  } catch (error) {
    throw error instanceof Stop ? error : new Stop(`cannot read \`${file}\`: ${(error as Error).message}`);
  }
}

function headerOf({ header }: CastReader, what: string): CastHeader {
  if (!header) throw new Stop(`\`${what}\` holds nothing yet`);
  return header;
}

function speed(value: string): number {
  const factor = Number(value);
  if (!(factor >= SLOWEST && factor <= FASTEST)) throw new InvalidArgumentError(`It must be ${SLOWEST} to ${FASTEST}.`);
  return factor;
}

function place(value: string): number {
  const ms = parsePlace(value);
  if (ms === undefined) throw new InvalidArgumentError('It must be a time such as 1:23, 1:02:03 or 90s.');
  return ms;
}

function idleLimit(value: string): number {
  const limit = Number(value);
  if (value.trim() === '' || !(limit > 0)) throw new InvalidArgumentError('It must be seconds, such as 2 or 0.5.');
  return limit * 1_000;
}
