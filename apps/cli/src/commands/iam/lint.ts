import { FindingSeverity, LintPolicyResponseSchema, type PolicyFinding } from '@muster/contract';
import { escapeText } from '../../domain/escape.ts';
import { EXIT } from '../../domain/outcome.ts';
import type { Colors } from '../../output/terminal.ts';
import { toTatJson } from '../../output/to-json.ts';
import { readSource } from '../../script-source.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly trust?: boolean;
  readonly strict?: boolean;
}

/** `muster iam lint`: what is wrong with a document, as compilers say it. */
export const lint = verb<Options, [file: string]>({
  configure(command) {
    command
      .argument('<file>', "the document, JSON; '-' is standard input")
      .option('--trust', 'it is the trust policy of a role')
      .option('--strict', 'warnings count as errors')
      .addHelpText('after', '\nExit codes: 0 it can be saved, 2 it cannot, or with --strict there is a warning');
  },
  examples: ['muster iam lint policy.json', 'muster iam lint - < policy.json', 'muster iam lint trust.json --trust'],
  async run(app, { trust = false, strict = false }, file) {
    const policyDocument = (await readSource(file, app.terminal, 'the document')).toString('utf8');
    const session = await app.connect();
    const answer = await session.analysis.lintPolicy({ policyDocument, trust });
    const { findings } = answer;
    const { out } = app.terminal;
    if (app.json) app.printJson(toTatJson(LintPolicyResponseSchema, answer));
    else {
      for (const finding of findings) out.line(inOneLine(file === '-' ? '<stdin>' : file, finding, out.colors));
      if (findings.length === 0) app.note('nothing to say about it');
    }
    const faulty = findings.some(({ severity }) => strict || severity === FindingSeverity.ERROR);
    return faulty ? EXIT.answeredNo : EXIT.succeeded;
  },
});

/** `policy.json:3:14: error InvalidParameter.ActionNotExist …` */
function inOneLine(file: string, { severity, code, message, line, column }: PolicyFinding, colors: Colors): string {
  const place = line === 0 ? `${file}:` : `${file}:${line}:${column}:`;
  const word = severity === FindingSeverity.ERROR ? colors.red('error') : colors.yellow('warning');
  return `${place} ${word} ${code} ${escapeText(message)}`;
}
