import { timestampMs } from '@bufbuild/protobuf/wkt';
import { findInvoker } from '../../invokers.ts';
import { until } from '../../output/time.ts';
import { nothingMatched } from '../../stop.ts';
import { verb } from '../../verb.ts';

/** `muster invoker next`: the next ten times it fires. */
export const invokerNext = verb<object, [invoker: string]>({
  configure(command) {
    command.argument('<invoker>', 'id or name');
  },
  examples: ['muster invoker next nightly', 'muster invoker next nightly --json'],
  async run(app, _, idOrName) {
    const session = await app.connect();
    const { invokerId, enable, nextInvokeTimes } = await findInvoker(session, idOrName);
    if (nextInvokeTimes.length === 0) {
      throw nothingMatched(
        `\`${idOrName}\` will not fire`,
        enable ? `see: muster invoker show ${idOrName}` : `switch it on: muster invoker enable ${idOrName}`,
      );
    }
    const now = Date.now();
    const times = nextInvokeTimes.map((time) => new Date(timestampMs(time)).toISOString());
    if (app.json) app.printJson({ InvokerId: invokerId, NextInvokeTimes: times });
    else for (const time of nextInvokeTimes) app.terminal.out.line(until(time, now));
    return undefined;
  },
});
