import { type Invocation, InvocationSchema, InvocationTaskSchema } from '@muster/contract';
import type { App } from '../app.ts';
import { byName } from '../domain/by-name.ts';
import { isRetryable } from '../domain/outcome.ts';
import { scriptInBrief } from '../domain/script-in-brief.ts';
import { collect, statusWords } from '../option-values.ts';
import { invocationColor, printResultTable } from '../output/result-table.ts';
import { printFields } from '../output/table.ts';
import { when } from '../output/time.ts';
import { toTatJson } from '../output/to-json.ts';
import { printUploads } from '../output/upload-list.ts';
import { toTaskView } from '../run-ledger.ts';
import { findInvocation, listTasks, listTasksWith, tasksOn } from '../runs.ts';
import { invocationStatusName, taskStatusName } from '../tat-name.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly status?: readonly string[];
  readonly target?: readonly string[];
}

/** `muster show`: one run, machine by machine. */
export const show = verb<Options, [run: string]>({
  configure(command) {
    command
      .argument('<run>', 'id of a run, or `last`')
      .option('--status <status>', 'only instances where it stands like this, such as FAILED; repeatable', collect)
      .option('-t, --target <instances>', 'only these instances of the run: names, ids, globs; repeatable', collect);
  },
  examples: ['muster show last', "muster show last -t 'web-*' --json", 'muster show last --status success'],
  async run(app, { status = [], target }, text) {
    const session = await app.connect();
    const invocation = await findInvocation(session, text);
    const statuses = statusWords(status);
    const { invocationId } = invocation;
    const all =
      statuses.length > 0
        ? await listTasksWith(session, invocationId, statuses)
        : await listTasks(session, invocationId);
    const tasks = tasksOn(all, target);
    if (app.json) {
      app.printJson({
        ...toTatJson(InvocationSchema, invocation),
        InvocationTaskSet: tasks.map((task) => toTatJson(InvocationTaskSchema, task)),
      });
      return undefined;
    }
    printHeader(app, invocation);
    app.terminal.out.line();
    printResultTable(app.terminal.out, tasks.map((task) => toTaskView(task)).toSorted(byName));
    printUploads(app.terminal.out, tasks);
    app.note(`\nwhat it wrote: muster logs ${invocationId}`);
    if (tasks.some(({ taskStatus }) => isRetryable(taskStatusName(taskStatus)))) {
      app.note(`again where it did not succeed: muster retry ${invocationId}`);
    }
    return undefined;
  },
});

function printHeader({ terminal: { out } }: App, invocation: Invocation): void {
  const now = Date.now();
  const status = invocationStatusName(invocation.invocationStatus);
  const version = invocation.commandVersion > 0 ? `, version ${invocation.commandVersion}` : '';
  out.line(`${out.colors.bold(invocation.invocationId)}  ${invocationColor(status, out.colors)(status)}`);
  printFields(out, [
    ['command', `${invocation.commandName || 'unnamed'} (${invocation.commandId}${version})`],
    ['script', scriptInBrief(invocation.commandContent)],
    ['parameters', invocation.parameters],
    ['user', invocation.username],
    ['directory', invocation.workingDirectory],
    ['time limit', invocation.timeout > 0 ? `${invocation.timeout}s` : ''],
    ['output to', invocation.outputCosBucketUrl],
    ['output folder', invocation.outputCosKeyPrefix],
    ['again of', invocation.parentInvocationId],
    ['fired by', invocation.invokerId],
    ['started by', invocation.uin],
    ['asked for', when(invocation.createdTime, now)],
    ['ended', when(invocation.endTime, now)],
    ['left out', invocation.skippedCount > 0 ? `${invocation.skippedCount} that were offline` : ''],
  ]);
}
