import { OutputStream, SearchTaskOutputResponseSchema } from '@muster/contract';
import { isId } from '@muster/kernel';
import { escapeBytes, escapeText } from '../domain/escape.ts';
import { highlight } from '../domain/highlight.ts';
import { count, stream } from '../option-values.ts';
import { jsonLines } from '../output/json-outputs.ts';
import type { Terminal } from '../output/terminal.ts';
import { toTatJson } from '../output/to-json.ts';
import { findInvocationId } from '../runs.ts';
import { nothingMatched } from '../stop.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly ignoreCase?: boolean;
  readonly stream?: OutputStream;
  readonly limit?: number;
}

/** As the service has it when none is given. */
const LIMIT = 100;

/** `muster search`: the lines that hold a text, among everything that a run wrote. */
export const search = verb<Options, [where: string, text: string]>({
  configure(command) {
    command
      .argument('<run>', 'id of a run or of one of its tasks, or `last`')
      .argument('<text>', 'what to look for, taken literally')
      .option('-i, --ignore-case', 'take `A` and `a` for the same')
      .option('--stream <name>', 'only stdout or stderr', stream)
      .option('-n, --limit <number>', `at most this many lines; ${LIMIT} when not given`, count);
  },
  examples: ["muster search last 'fine'", 'muster search last FINE -i --stream stdout -n 20 --json'],
  async run(app, { ignoreCase = false, stream: of, limit = LIMIT }, where, text) {
    const session = await app.connect();
    const place = isId(where, 'invt')
      ? { invocationTaskId: where }
      : { invocationId: await findInvocationId(session, where) };
    const request = { ...place, text, ignoreCase, stream: of ?? OutputStream.UNSPECIFIED, limit };
    const print = jsonLines(app.terminal.out);
    let hits = 0;
    for await (const hit of session.invocations.searchTaskOutput(request)) {
      hits++;
      if (app.json) print('hit', toTatJson(SearchTaskOutputResponseSchema, hit));
      else printHit(app.terminal, hit, { text, ignoreCase });
    }
    if (hits === 0) throw nothingMatched(`no line holds \`${text}\``, ignoreCase ? undefined : 'try -i');
    if (hits === limit) app.note(`stopped at ${limit}; more with --limit`);
    return undefined;
  },
});

interface Hit {
  readonly instanceId: string;
  readonly instanceName: string;
  readonly stream: OutputStream;
  readonly lineNumber: number;
  readonly line: Uint8Array;
}

function printHit({ out }: Terminal, hit: Hit, looked: { text: string; ignoreCase: boolean }): void {
  const { colors } = out;
  const bar = hit.stream === OutputStream.STDERR ? colors.red('!') : colors.dim('|');
  const name = colors.cyan(escapeText(hit.instanceName || hit.instanceId));
  const line = highlight(escapeBytes(hit.line), looked, (found) => colors.bold(colors.red(found)));
  out.line(`${name} ${colors.dim(String(hit.lineNumber))} ${bar} ${line}`);
}
