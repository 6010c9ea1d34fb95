import { confirm } from '../../confirm.ts';
import type { Session } from '../../session.ts';
import { type Verb, verb } from '../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster register-code disable`: switches codes off for good, all of them or none; machines that registered stay. */
export const registerCodeDisable = ending('disable', 'disabled', (session, registerCodeIds) =>
  session.instances.disableRegisterCodes({ registerCodeIds }),
);

/** `muster register-code delete`: deletes codes, all of them or none; machines that registered stay. */
export const registerCodeDelete = ending('delete', 'deleted', (session, registerCodeIds) =>
  session.instances.deleteRegisterCodes({ registerCodeIds }),
);

function ending(name: string, done: string, end: (session: Session, ids: string[]) => Promise<unknown>): Verb {
  return verb<Options, [ids: string[]]>({
    configure(command) {
      command.argument('<id...>', 'ids of codes').option('-y, --yes', 'do not ask');
    },
    examples: [`muster register-code ${name} 6e1f0c1a-0000-4000-8000-000000000000 --yes`],
    async run(app, { yes }, ids) {
      const session = await app.connect();
      const question = `${name.charAt(0).toUpperCase()}${name.slice(1)} ${ids.join(', ')} for good?`;
      if (!yes) await confirm(app, question, `nothing was ${done}`);
      await end(session, ids);
      if (app.json) app.printJson({ RegisterCodeIds: ids });
      else for (const id of ids) app.terminal.out.line(`${done} ${id}`);
      return undefined;
    },
  });
}
