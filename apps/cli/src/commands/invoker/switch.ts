import { findInvokerId } from '../../invokers.ts';
import type { Session } from '../../session.ts';
import { type Verb, verb } from '../../verb.ts';

/** `muster invoker enable`: lets schedules fire again, from now on. */
export const invokerEnable = switching('enable', 'enabled', (session, invokerId) =>
  session.invokers.enableInvoker({ invokerId }),
);

/** `muster invoker disable`: stops schedules from firing; runs that go on are left alone. */
export const invokerDisable = switching('disable', 'disabled', (session, invokerId) =>
  session.invokers.disableInvoker({ invokerId }),
);

function switching(name: string, done: string, change: (session: Session, id: string) => Promise<unknown>): Verb {
  return verb<object, [invokers: string[]]>({
    configure(command) {
      command.argument('<invoker...>', 'ids or names');
    },
    examples: [`muster invoker ${name} nightly`],
    async run(app, _, idsOrNames) {
      const session = await app.connect();
      const invokerIds: string[] = [];
      for (const each of idsOrNames) invokerIds.push(await findInvokerId(session, each));
      for (const invokerId of invokerIds) {
        await change(session, invokerId);
        if (!app.json) app.terminal.out.line(`${done} ${invokerId}`);
      }
      if (app.json) app.printJson({ InvokerIds: invokerIds });
      return undefined;
    },
  });
}
