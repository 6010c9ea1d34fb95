import { CreateCommandResponseSchema } from '@muster/contract';
import { addCommandOptions, type CommandOptions, defaultsFrom } from '../../command-options.ts';
import { scriptTypeOf } from '../../domain/script-type.ts';
import { collect } from '../../option-values.ts';
import { toTatJson } from '../../output/to-json.ts';
import { readSource } from '../../script-source.ts';
import { Stop } from '../../stop.ts';
import { tagsFrom } from '../../tag-option.ts';
import { COMMAND_TYPE } from '../../tat-name.ts';
import { verb } from '../../verb.ts';

interface Options extends CommandOptions {
  readonly withParameters?: boolean;
  readonly tag?: readonly string[];
}

/** `muster command create`: saves a script. */
export const commandCreate = verb<Options, [name: string]>({
  configure(command) {
    command.argument('<name>', 'what to call it');
    addCommandOptions(command);
    command
      .option('--with-parameters', 'replace {{key}} in the script, also without defaults; --param implies it')
      .option('--tag <key=value>', 'a tag that policies can ask for; repeatable', collect);
  },
  examples: [
    "muster command create disk-report-2 -f disk.sh --description 'how full the disks are'",
    'muster command create backup -f backup.py --user app --timeout 1h --param target=/var',
    "muster command create disk-of -f disk.sh --param path=/ --param-description 'path=which file system'",
    'echo uptime | muster command create load -f -',
  ],
  async run(app, options, name) {
    if (options.file === undefined) throw new Stop('no script', { hint: 'give it with -f FILE, or -f - and a pipe' });
    const content = await readSource(options.file, app.terminal, 'the script');
    const tags = tagsFrom(options.tag);
    const defaults = defaultsFrom(options);
    const session = await app.connect();
    const answer = await session.commands.createCommand({
      commandName: name,
      content,
      commandType: COMMAND_TYPE[options.type ?? scriptTypeOf(options.file)],
      description: options.description ?? '',
      username: options.user ?? '',
      workingDirectory: options.cwd ?? '',
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      enableParameter: options.withParameters === true || defaults !== undefined,
      ...defaults,
      outputCosBucketUrl: options.outputBucket ?? '',
      outputCosKeyPrefix: options.outputPrefix ?? '',
      clientToken: options.clientToken ?? '',
      tags,
    });
    if (app.json) app.printJson(toTatJson(CreateCommandResponseSchema, answer));
    else {
      app.terminal.out.line(answer.commandId);
      app.note(`saved; run it with: muster invoke ${name} -t NAME`);
    }
    return undefined;
  },
});
