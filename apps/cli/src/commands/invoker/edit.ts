import { chooseWhere, whereFields } from '../../choose-targets.ts';
import { findInvoker } from '../../invokers.ts';
import { findCommandId } from '../../library.ts';
import { count, parameter } from '../../option-values.ts';
import { parametersJson } from '../../run-options.ts';
import { addScheduleOptions, type ScheduleOptions, scheduleFrom } from '../../schedule-options.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';
import {
  addOfflineOption,
  addWhereOptions,
  type OfflineOptions,
  offlineFields,
  type WhereOptions,
} from '../../where-options.ts';

interface Options extends ScheduleOptions, WhereOptions, OfflineOptions {
  readonly rename?: string;
  readonly command?: string;
  readonly commandVersion?: number;
  readonly latestVersion?: boolean;
  readonly param?: readonly string[];
  readonly user?: string;
}

/** `muster invoker edit`: changes a schedule; what is not said stays as it is. */
export const invokerEdit = verb<Options, [invoker: string]>({
  configure(command) {
    command
      .argument('<invoker>', 'id or name')
      .option('--rename <name>', 'a new name')
      .option('--command <command>', 'another stored command, by id or name')
      .option('--command-version <number>', 'this version of the command', count)
      .option('--latest-version', 'the latest version of the command at each firing');
    addScheduleOptions(command);
    addWhereOptions(command);
    addOfflineOption(command);
    command
      .option(
        '--param <key=value>',
        'a parameter, or key@file; all of them replace those before; repeatable',
        parameter,
      )
      .option('--user <name>', 'another user the script runs as');
    command.addHelpText('after', '\nIt goes on to fire with the rights of whoever made it.');
  },
  examples: [
    "muster invoker edit nightly --cron '0 5 * * *' --overlap queue",
    'muster invoker edit nightly --rename early --tag role=web --param path=/srv',
  ],
  async run(app, options, idOrName) {
    if (Object.keys(options).length === 0) throw new Stop('nothing to change', { hint: 'say what with an option' });
    const { rename, command, commandVersion, latestVersion, param, user, offline } = options;
    if (latestVersion && commandVersion !== undefined) throw new Stop('give --command-version or --latest-version');
    const session = await app.connect();
    const invoker = await findInvoker(session, idOrName);
    const scheduleSettings = scheduleFrom(options, invoker.scheduleSettings);
    const elsewhere = options.target || options.all || options.name || options.tag;
    await session.invokers.modifyInvoker({
      invokerId: invoker.invokerId,
      ...(rename === undefined ? {} : { name: rename }),
      ...(command === undefined ? {} : { commandId: await findCommandId(session, command) }),
      ...(latestVersion ? { commandVersion: 0 } : commandVersion === undefined ? {} : { commandVersion }),
      ...(scheduleSettings ? { type: 'SCHEDULE', scheduleSettings } : {}),
      ...(elsewhere ? whereFields(await chooseWhere(session, options)) : {}),
      ...(offline === undefined ? {} : { offlinePolicy: offlineFields({ offline }).offlinePolicy }),
      ...(param === undefined ? {} : { parameters: parametersJson(param) }),
      ...(user === undefined ? {} : { username: user }),
    });
    if (app.json) app.printJson({ InvokerId: invoker.invokerId });
    else app.terminal.out.line(`changed ${rename ?? (invoker.name || invoker.invokerId)}`);
    return undefined;
  },
});
