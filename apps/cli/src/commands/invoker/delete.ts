import { confirm } from '../../confirm.ts';
import { findInvokerId } from '../../invokers.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster invoker delete`: takes schedules away; their runs and records stay. */
export const invokerDelete = verb<Options, [invokers: string[]]>({
  configure(command) {
    command.argument('<invoker...>', 'ids or names').option('-y, --yes', 'do not ask');
  },
  examples: ['muster invoker delete nightly --yes'],
  async run(app, { yes }, idsOrNames) {
    const session = await app.connect();
    const invokerIds: string[] = [];
    for (const each of idsOrNames) invokerIds.push(await findInvokerId(session, each));
    if (!yes) await confirm(app, `Delete ${idsOrNames.join(', ')}?`, 'nothing was deleted');
    for (const invokerId of invokerIds) {
      await session.invokers.deleteInvoker({ invokerId });
      if (!app.json) app.terminal.out.line(`deleted ${invokerId}`);
    }
    if (app.json) app.printJson({ InvokerIds: invokerIds });
    return undefined;
  },
});
