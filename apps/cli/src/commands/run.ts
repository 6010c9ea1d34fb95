import { type ScriptType, scriptTypeOf } from '../domain/script-type.ts';
import { scriptType } from '../option-values.ts';
import { addRunOptions, parametersJson, type RunOptions } from '../run-options.ts';
import { readSource } from '../script-source.ts';
import { startRun } from '../start-run.ts';
import { Stop } from '../stop.ts';
import { COMMAND_TYPE } from '../tat-name.ts';
import { verb } from '../verb.ts';

interface Options extends RunOptions {
  readonly file?: string;
  readonly type?: ScriptType;
  readonly commandName?: string;
  readonly save?: boolean;
}

/** `muster run`: a script that no library holds, on machines. */
export const run = verb<Options, [script: string | undefined]>({
  configure(command) {
    command
      .argument('[script]', "the script in quotes, or '-' to read it from standard input")
      .option('-f, --file <file>', 'read the script from a file')
      .option('--type <type>', 'SHELL, PYTHON, POWERSHELL or BAT; otherwise the ending of the file tells', scriptType)
      .option('--command-name <name>', 'what to call it in the history')
      .option('--save', 'keep the script in the library under that name');
    addRunOptions(command);
  },
  examples: [
    'muster run uptime -t web-1',
    "muster run 'df -h /' -t 'web-*,db-1' --timeout 30s",
    "muster run -f check.py -t '{web,db}-*' -t '!db-2'",
    "muster run 'echo hello $MUSTER_PARAM_NAME' -t @instances.txt --param name=world",
    'echo uptime | muster run - -t web-1 --json',
    "muster run 'apt-get -y upgrade' --tag role=web --user root --cwd /tmp --detach",
    "muster run uptime --name 'web-*' --name 'db-*' --tag stage=prod,test --dry-run",
    'muster run -f check.py --all --offline wait --offline-expiry 12h --yes',
  ],
  async run(app, options, script) {
    const source = await scriptOf(options, script, app.terminal);
    const parameters = parametersJson(options.param);
    const session = await app.connect();
    return startRun({ app, session }, options, (request) =>
      session.invocations.runCommand({
        ...request,
        content: source,
        commandType: COMMAND_TYPE[options.type ?? scriptTypeOf(options.file ?? '')],
        commandName: options.commandName ?? '',
        saveCommand: options.save === true,
        username: options.user ?? '',
        workingDirectory: options.cwd ?? '',
        ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
        enableParameter: parameters !== '',
        parameters,
      }),
    );
  },
});

async function scriptOf(
  { file }: Options,
  script: string | undefined,
  terminal: Parameters<typeof readSource>[1],
): Promise<Buffer> {
  if (script !== undefined && file !== undefined) throw new Stop('a script and --file are given: which one is to run?');
  if (file !== undefined) return readSource(file, terminal, 'the script');
  if (script === '-') return readSource('-', terminal, 'the script');
  if (script) return Buffer.from(script);
  throw new Stop('no script', { hint: "give it in quotes, such as muster run 'uptime' -t web-1, or with -f FILE" });
}
