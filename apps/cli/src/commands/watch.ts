import { type FollowOptions, followRun } from '../follow-run.ts';
import { seconds } from '../option-values.ts';
import { RunControl } from '../run-control.ts';
import { findInvocationId } from '../runs.ts';
import { verb } from '../verb.ts';

/** `muster watch`: attaches to a run, shows everything from its beginning, and ends as the run does. */
export const watch = verb<FollowOptions, [run: string]>({
  configure(command) {
    command
      .argument('<run>', 'id of a run, or `last`')
      .option('--wait-timeout <duration>', 'stop waiting after this long (exit code 4); the run goes on', seconds)
      .option('-q, --quiet', 'print what the scripts write and nothing else')
      .option('--raw', 'print script output as it is, control characters included');
  },
  examples: ['muster watch last', 'muster watch last --wait-timeout 10m', 'muster watch last --json'],
  async run(app, options, text) {
    const session = await app.connect();
    const invocationId = await findInvocationId(session, text);
    using control = new RunControl();
    return followRun({ app, session, control }, invocationId, options);
  },
});
