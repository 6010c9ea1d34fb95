import { findCommandId } from '../library.ts';
import { count } from '../option-values.ts';
import { addRunOptions, parametersJson, type RunOptions } from '../run-options.ts';
import { startRun } from '../start-run.ts';
import { verb } from '../verb.ts';

interface Options extends RunOptions {
  readonly commandVersion?: number;
}

/** `muster invoke`: a stored command on machines. */
export const invoke = verb<Options, [command: string]>({
  configure(command) {
    command
      .argument('<command>', 'id or name of a stored command')
      .option('--command-version <number>', 'this version instead of the latest', count);
    addRunOptions(command);
  },
  examples: [
    "muster invoke disk-report -t 'web-*'",
    'muster invoke disk-report -t web-1 --param path=/var --timeout 2m',
    'muster invoke disk-report -t @instances.txt --command-version 1 --detach',
    'muster invoke disk-report --all --offline skip --output-bucket https://logs.s3.example.com --output-prefix disks',
  ],
  async run(app, options, idOrName) {
    const parameters = parametersJson(options.param);
    const session = await app.connect();
    const commandId = await findCommandId(session, idOrName);
    return startRun({ app, session }, options, (request) =>
      session.invocations.invokeCommand({
        ...request,
        commandId,
        parameters,
        username: options.user ?? '',
        workingDirectory: options.cwd ?? '',
        ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
        commandVersion: options.commandVersion ?? 0,
      }),
    );
  },
});
