import { VerifyAuditResponseSchema } from '@muster/contract';
import { EXIT } from '../../domain/outcome.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

/** `muster audit verify`: has anybody changed what is on record? */
export const auditVerify = verb<object, []>({
  configure(command) {
    command.addHelpText('after', '\nExit codes: 0 every record fits, 2 one does not');
  },
  examples: ['muster audit verify', 'muster audit verify --json'],
  async run(app) {
    const session = await app.connect();
    const answer = await session.audit.verifyAudit({});
    const { intact, count, brokenSequence, problem, headHash } = answer;
    const { out } = app.terminal;
    if (app.json) app.printJson(toTatJson(VerifyAuditResponseSchema, answer));
    else if (intact) {
      out.line(
        `${out.colors.green('intact')}: ${count} records, the newest has the hash ${Buffer.from(headHash).toString('hex')}`,
      );
    } else out.line(`${out.colors.red('broken')} at record ${brokenSequence}: ${problem}`);
    return intact ? EXIT.succeeded : EXIT.answeredNo;
  },
});
