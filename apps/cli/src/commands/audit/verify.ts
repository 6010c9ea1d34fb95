import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { App } from '../../app.ts';
import { EXIT } from '../../domain/outcome.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly file?: string;
  readonly head?: string;
}

/** What is said of a chain, the service's or an export's. */
interface Verdict {
  readonly count: number | bigint;
  readonly broken: { readonly sequence: number | string; readonly problem: string } | undefined;
  readonly headHash: Uint8Array;
}

/** `muster audit verify`: has anybody changed what is on record? */
export const auditVerify = verb<Options, []>({
  configure(command) {
    command
      .option('--file <file>', 'check an export, without the gateway')
      .option('--head <hash>', 'the hash that the newest record had; nothing may be missing after it')
      .addHelpText('after', '\nExit codes: 0 every record fits, 2 one does not');
  },
  examples: ['muster audit verify', 'muster audit verify --json', 'muster audit verify --file audit.jsonl'],
  async run(app, { file, head }) {
    const verdict = expectHead(file === undefined ? await ofService(app) : await ofFile(file), head);
    const { count, broken, headHash } = verdict;
    const newest = Buffer.from(headHash).toString('hex');
    const { out } = app.terminal;
    if (app.json) {
      app.printJson({
        Intact: broken === undefined,
        Count: Number(count),
        BrokenSequence: String(broken?.sequence ?? 0),
        Problem: broken?.problem ?? '',
        HeadHash: Buffer.from(headHash).toString('base64'),
      });
    } else if (broken) out.line(`${out.colors.red('broken')} at record ${broken.sequence}: ${broken.problem}`);
    else out.line(`${out.colors.green('intact')}: ${count} records, the newest has the hash ${newest}`);
    return broken ? EXIT.answeredNo : EXIT.succeeded;
  },
});

async function ofService(app: App): Promise<Verdict> {
  const session = await app.connect();
  const { intact, count, brokenSequence, problem, headHash } = await session.audit.verifyAudit({});
  return { count, broken: intact ? undefined : { sequence: brokenSequence, problem }, headHash };
}

async function ofFile(file: string): Promise<Verdict> {
  const { verifyExport } = await import('../../exported-chain.ts');
  const input = createReadStream(file);
  try {
    return await verifyExport(createInterface({ input }));
  } catch (error) {
    throw new Stop(`cannot read \`${file}\`: ${(error as Error).message}`);
  }
}

/** The end of a chain only shows that it is the right one to whoever knows its hash. */
function expectHead(verdict: Verdict, head: string | undefined): Verdict {
  const newest = Buffer.from(verdict.headHash).toString('hex');
  if (verdict.broken || head === undefined || head.toLowerCase() === newest) return verdict;
  const problem = `its hash is ${newest}, not the one that was kept`;
  return { ...verdict, broken: { sequence: Number(verdict.count), problem } };
}
