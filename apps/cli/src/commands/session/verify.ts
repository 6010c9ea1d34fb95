import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ExportCheck, faultInWords } from '@muster/terminal';
import { EXIT } from '../../domain/outcome.ts';
import { sha256 } from '../../shell/read-recording.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly seal?: string;
  readonly hash?: string;
}

/** `muster session verify`: is an exported recording what was recorded? */
export const sessionVerify = verb<Options, [file: string]>({
  configure(command) {
    command
      .argument('<file>', 'the .cast file of an export')
      .option('--seal <file>', 'its seal; FILE.seal.json when left out')
      .option(
        '--hash <hash>',
        "the last hash as the event of the session's end names it: so that no seal was made anew",
      )
      .addHelpText('after', '\nNo gateway is asked. Exit codes: 0 whole, 2 changed, cut or not sealed');
  },
  examples: [
    'muster session verify incident.cast',
    'muster session verify incident.cast --seal incident.cast.seal.json',
  ],
  async run(app, { seal = undefined, hash }, file) {
    const check = await checkOf(seal ?? `${file}.seal.json`);
    try {
      for await (const bytes of createReadStream(file)) check.add(bytes as Uint8Array);
    } catch (error) {
      throw new Stop(`cannot read \`${file}\`: ${(error as Error).message}`);
    }
    const { sessionId, lastHash = '' } = check;
    const foreign = hash !== undefined && hash.toLowerCase() !== lastHash;
    const fault = faultInWords(check.end()) ?? (foreign ? 'the seal is another one than the event named' : undefined);
    const { out } = app.terminal;
    if (app.json) {
      app.printJson({ SessionId: sessionId, Intact: fault === undefined, Problem: fault ?? '', Hash: lastHash });
    } else if (fault !== undefined) out.line(`${out.colors.red('broken')}: ${sessionId}: ${fault}`);
    else out.line(`${out.colors.green('whole')}: ${sessionId}, the last hash is ${lastHash}`);
    return fault === undefined ? EXIT.succeeded : EXIT.answeredNo;
  },
});

async function checkOf(file: string): Promise<ExportCheck> {
  try {
    return new ExportCheck(await readFile(file, 'utf8'), sha256);
  } catch (error) {
    throw new Stop(`cannot read \`${file}\`: ${(error as Error).message}`, { hint: '--seal names the seal file' });
  }
}
