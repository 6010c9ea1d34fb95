import { matchTargets } from '../choose-targets.ts';
import { instances } from '../domain/summary.ts';
import { collect } from '../option-values.ts';
import { findInvocationId } from '../runs.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly target?: readonly string[];
}

/** `muster cancel`: stops a run on all or some of its machines. */
export const cancel = verb<Options, [run: string]>({
  configure(command) {
    command
      .argument('<run>', 'id of a run, or `last`')
      .option('-t, --target <instances>', 'only on these instances: names, ids, globs; repeatable', collect);
  },
  examples: ['muster cancel last', "muster cancel last -t 'web-*'"],
  async run(app, { target }, text) {
    const session = await app.connect();
    const invocationId = await findInvocationId(session, text);
    const instanceIds = target ? (await matchTargets(session, target)).map(({ id }) => id) : [];
    await session.invocations.cancelInvocation({ invocationId, instanceIds });
    if (app.json) app.printJson({ InvocationId: invocationId });
    else {
      const where = target ? ` on ${instances(instanceIds.length)}` : '';
      app.terminal.out.line(`asked ${invocationId} to stop${where}`);
      app.note(`see how it ends: muster watch ${invocationId}`);
    }
    return undefined;
  },
});
