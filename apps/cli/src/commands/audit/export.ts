import { open } from 'node:fs/promises';
import { AuditRecordSchema } from '@muster/contract';
import { count } from '../../option-values.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly file?: string;
  readonly from?: number;
}

/** `muster audit export`: every record with its hash, in the order they were made, as JSON Lines. */
export const auditExport = verb<Options, []>({
  configure(command) {
    command
      .option('-f, --file <file>', 'write there instead of standard output')
      .option('--from <number>', 'begin with this record', count);
  },
  examples: ['muster audit export -f audit.jsonl', 'muster audit export --from 1000'],
  async run(app, { file, from = 1 }) {
    const session = await app.connect();
    const records = session.audit.exportAudit({ fromSequence: String(from) });
    await using out = file === undefined ? undefined : await open(file, 'w', 0o600);
    let written = 0;
    for await (const { record } of records) {
      const line = JSON.stringify(toTatJson(AuditRecordSchema, record!));
      if (out) await out.write(`${line}\n`);
      else app.terminal.out.line(line);
      written++;
    }
    if (file !== undefined && app.json) app.printJson({ File: file, Count: written });
    else app.note(`${written} records${file === undefined ? '' : ` in ${file}`}`);
    return undefined;
  },
});
