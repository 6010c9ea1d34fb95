import type { Command } from '@muster/contract';
import { commandFiles } from '../../command-in-files.ts';
import { diffLines } from '../../diff-lines.ts';
import { escapeText } from '../../domain/escape.ts';
import { unifiedDiff } from '../../domain/unified-diff.ts';
import { findCommand, findVersion } from '../../library.ts';
import { count } from '../../option-values.ts';
import type { Channel } from '../../output/terminal.ts';
import { verb } from '../../verb.ts';

/** `muster command diff`: what changed from one version to another, as a patch of the two files that `library export` would write. */
export const commandDiff = verb<object, [command: string, from: number | undefined, to: number | undefined]>({
  configure(command) {
    command
      .argument('<command>', 'id or name')
      .argument('[from]', 'number of a version; the one before the latest when not given', count)
      .argument('[to]', 'number of a version; the latest when not given', count);
  },
  examples: ['muster command diff disk-report', 'muster command diff disk-report 1 2 --json'],
  async run(app, _, idOrName, from, to) {
    const session = await app.connect();
    const latest = await findCommand(session, idOrName);
    const before = await findVersion(session, latest, from ?? Math.max(1, latest.version - 1));
    const after = await findVersion(session, latest, to ?? latest.version);
    const lines = patch(before, after);
    if (app.json) {
      const { commandId } = latest;
      const Diff = lines.map((line) => `${line}\n`).join('');
      app.printJson({ CommandId: commandId, From: before.version, To: after.version, Diff });
    } else if (lines.length > 0) printPatch(app.terminal.out, lines);
    else app.note(`nothing is different between version ${before.version} and version ${after.version}`);
    return undefined;
  },
});

function patch(before: Command, after: Command): string[] {
  const files = [before, after].map((command) => {
    const { yaml, script, scriptExtension } = commandFiles(command);
    return { yaml, script: Buffer.from(script).toString('utf8'), name: `${command.commandName}${scriptExtension}` };
  });
  const [old, now] = files as [(typeof files)[number], (typeof files)[number]];
  return [
    ...unifiedDiff(diffLines(old.yaml, now.yaml), {
      before: `${before.commandName}.yaml (version ${before.version})`,
      after: `${after.commandName}.yaml (version ${after.version})`,
    }),
    ...unifiedDiff(diffLines(old.script, now.script), {
      before: `${old.name} (version ${before.version})`,
      after: `${now.name} (version ${after.version})`,
    }),
  ];
}

function printPatch(channel: Channel, lines: readonly string[]): void {
  const { bold, cyan, green, red } = channel.colors;
  for (const line of lines) {
    const text = escapeText(line);
    if (/^(---|\+\+\+) /.test(line)) channel.line(bold(text));
    else if (line.startsWith('@@')) channel.line(cyan(text));
    else if (line.startsWith('+')) channel.line(green(text));
    else if (line.startsWith('-')) channel.line(red(text));
    else channel.line(text);
  }
}
