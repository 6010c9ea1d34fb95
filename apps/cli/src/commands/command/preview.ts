import { PreviewReplacedCommandContentResponseSchema } from '@muster/contract';
import { findCommandId } from '../../library.ts';
import { collect } from '../../option-values.ts';
import { printScript } from '../../output/script.ts';
import { toTatJson } from '../../output/to-json.ts';
import { parametersJson } from '../../run-options.ts';
import { readSource } from '../../script-source.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly file?: string;
  readonly param?: readonly string[];
}

/** `muster command preview`: a script with its parameters in place, without running it. */
export const commandPreview = verb<Options, [command: string | undefined]>({
  configure(command) {
    command
      .argument('[command]', 'id or name of a stored command')
      .option('-f, --file <file>', "a script instead of a stored command; '-' is standard input")
      .option('--param <key=value>', 'a parameter; repeatable', collect);
  },
  examples: [
    'muster command preview disk-report --param path=/var',
    'muster command preview -f disk.sh --param path=/var',
  ],
  async run(app, { file, param }, idOrName) {
    if ((idOrName === undefined) === (file === undefined)) throw new Stop('give a command or -f FILE, one of the two');
    const parameters = parametersJson(param);
    const content = file === undefined ? undefined : await readSource(file, app.terminal, 'the script');
    const session = await app.connect();
    const answer = await session.commands.previewReplacedCommandContent(
      content ? { content, parameters } : { commandId: await findCommandId(session, idOrName!), parameters },
    );
    if (app.json) app.printJson(toTatJson(PreviewReplacedCommandContentResponseSchema, answer));
    else printScript(app.terminal.out, answer.replacedContent);
    return undefined;
  },
});
