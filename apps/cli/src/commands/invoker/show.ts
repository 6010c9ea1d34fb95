import { InvokerSchema } from '@muster/contract';
import { formatTags } from '../../domain/tags.ts';
import { findInvoker } from '../../invokers.ts';
import { missedWords, overlapWords, scheduleWords, whereWords } from '../../output/invoker-words.ts';
import { printFields } from '../../output/table.ts';
import { until, when } from '../../output/time.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';
import { offlineWord } from '../../where-options.ts';

/** `muster invoker show`: one schedule. */
export const invokerShow = verb<object, [invoker: string]>({
  configure(command) {
    command.argument('<invoker>', 'id or name');
  },
  examples: ['muster invoker show nightly', 'muster invoker show nightly --json'],
  async run(app, _, idOrName) {
    const session = await app.connect();
    const invoker = await findInvoker(session, idOrName);
    if (app.json) {
      app.printJson(toTatJson(InvokerSchema, invoker));
      return undefined;
    }
    const { out } = app.terminal;
    const now = Date.now();
    const schedule = invoker.scheduleSettings!;
    const version = invoker.commandVersion > 0 ? `version ${invoker.commandVersion}` : 'the latest version';
    out.line(out.colors.bold(invoker.name || invoker.invokerId));
    printFields(out, [
      ['id', invoker.invokerId],
      ['command', `${invoker.commandId} (${version})`],
      ['when', scheduleWords(schedule)],
      ['fires', invoker.enable ? 'yes' : 'no: disabled'],
      ['next', until(invoker.nextInvokeTimes[0], now)],
      ['where', whereWords(invoker)],
      ['offline ones', offlineWord(invoker.offlinePolicy)],
      ['overlap', overlapWords(schedule)],
      ['missed slots', missedWords(schedule)],
      ['parameters', invoker.parameters],
      ['user', invoker.username],
      ['rights of', invoker.createdUin],
      ['tags', formatTags(invoker.tags)],
      ['created', when(invoker.createdTime, now)],
      ['changed', when(invoker.updatedTime, now)],
    ]);
    app.note(`\nwhat it ran: muster invoker records ${invoker.invokerId}`);
    return undefined;
  },
});
