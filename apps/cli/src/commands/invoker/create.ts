import { CreateInvokerResponseSchema } from '@muster/contract';
import { chooseWhere, whereFields } from '../../choose-targets.ts';
import { findCommandId } from '../../library.ts';
import { collect, count, parameter } from '../../option-values.ts';
import { toTatJson } from '../../output/to-json.ts';
import { addClientTokenOption, parametersJson } from '../../run-options.ts';
import { addScheduleOptions, type ScheduleOptions, scheduleFrom } from '../../schedule-options.ts';
import { Stop } from '../../stop.ts';
import { tagsFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';
import {
  addOfflineOption,
  addWhereOptions,
  type OfflineOptions,
  offlineFields,
  type WhereOptions,
} from '../../where-options.ts';

interface Options extends ScheduleOptions, WhereOptions, OfflineOptions {
  readonly command: string;
  readonly commandVersion?: number;
  readonly param?: readonly string[];
  readonly user?: string;
  readonly invokerTag?: readonly string[];
  readonly clientToken?: string;
}

/** `muster invoker create`: a schedule that runs a stored command, with the rights of whoever makes it. */
export const invokerCreate = verb<Options, [name: string]>({
  configure(command) {
    command
      .argument('<name>', 'what to call it')
      .requiredOption('--command <command>', 'id or name of the stored command')
      .option('--command-version <number>', 'this version instead of the latest at each firing', count);
    addScheduleOptions(command);
    addWhereOptions(command);
    addOfflineOption(command);
    command
      .option(
        '--param <key=value>',
        'a parameter of the command; a secret from a file as key@file; repeatable',
        parameter,
      )
      .option('--user <name>', 'the user the script runs as')
      .option('--invoker-tag <key=value>', 'a tag of the invoker that policies can ask for; repeatable', collect);
    addClientTokenOption(command);
    command.addHelpText(
      'after',
      '\n--name, --tag and --all choose instances anew at each firing. It fires with your rights at that moment.',
    );
  },
  examples: [
    "muster invoker create nightly-disk --command disk-report --cron '30 4 * * *' --time-zone Europe/Berlin --all",
    "muster invoker create weekly-disk --command disk-report --cron '0 6 * * 1' -t web-1,web-2 --overlap skip --missed run-one --missed-window 2h",
    'muster invoker create once-disk --command disk-report --at 2030-01-31T04:30:00+08:00 --tag role=web --offline skip --param path=/var',
  ],
  async run(app, options, name) {
    const parameters = parametersJson(options.param);
    const tags = tagsFrom(options.invokerTag);
    if (options.cron === undefined && options.at === undefined) {
      throw new Stop('no schedule', { hint: "say when with --cron '30 4 * * *' or --at 2026-01-31T04:30:00+08:00" });
    }
    const scheduleSettings = scheduleFrom(options)!;
    const session = await app.connect();
    const answer = await session.invokers.createInvoker({
      name,
      type: 'SCHEDULE',
      commandId: await findCommandId(session, options.command),
      commandVersion: options.commandVersion ?? 0,
      ...whereFields(await chooseWhere(session, options)),
      offlinePolicy: offlineFields(options).offlinePolicy,
      username: options.user ?? '',
      parameters,
      scheduleSettings,
      tags,
      clientToken: options.clientToken ?? '',
    });
    if (app.json) app.printJson(toTatJson(CreateInvokerResponseSchema, answer));
    else {
      app.terminal.out.line(answer.invokerId);
      app.note(`made; when it fires: muster invoker next ${name}`);
    }
    return undefined;
  },
});
