import { matchTargets } from '../../choose-targets.ts';
import { confirm } from '../../confirm.ts';
import { instances } from '../../domain/summary.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster instance delete`: takes machines out; their credentials stop at once and their history stays. */
export const instanceDelete = verb<Options, [instances: string[]]>({
  configure(command) {
    command
      .argument('<instance...>', "names, ids, globs such as 'web-*', !exclusions, @file")
      .option('-y, --yes', 'do not ask');
    command.addHelpText(
      'after',
      '\nThe agent stays on the machine until what `muster agent uninstall` prints is run there.',
    );
  },
  examples: ['muster instance delete db-2 --yes'],
  async run(app, { yes }, patterns) {
    const session = await app.connect();
    const chosen = await matchTargets(session, patterns);
    if (!yes) {
      const names = chosen.map(({ name }) => name).join(', ');
      await confirm(app, `Delete ${instances(chosen.length)} (${names})?`, 'nothing was deleted');
    }
    for (const { id, name } of chosen) {
      await session.instances.deleteRegisterInstance({ instanceId: id });
      if (!app.json) app.terminal.out.line(`deleted ${name} (${id})`);
    }
    if (app.json) app.printJson({ InstanceIds: chosen.map(({ id }) => id) });
    return undefined;
  },
});
