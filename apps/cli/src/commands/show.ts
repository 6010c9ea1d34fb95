import { type Invocation, InvocationSchema, InvocationTaskSchema } from '@muster/contract';
import type { App } from '../app.ts';
import { byName } from '../domain/by-name.ts';
import { scriptInBrief } from '../domain/script-in-brief.ts';
import { invocationColor, printResultTable } from '../output/result-table.ts';
import { printFields } from '../output/table.ts';
import { when } from '../output/time.ts';
import { toTatJson } from '../output/to-json.ts';
import { toTaskView } from '../run-ledger.ts';
import { findInvocation, listTasks } from '../runs.ts';
import { invocationStatusName } from '../tat-name.ts';
import { verb } from '../verb.ts';

/** `muster show`: one run, machine by machine. */
export const show = verb<object, [run: string]>({
  configure(command) {
    command.argument('<run>', 'id of a run, or `last`');
  },
  examples: ['muster show last', 'muster show last --json'],
  async run(app, _, text) {
    const session = await app.connect();
    const invocation = await findInvocation(session, text);
    const tasks = await listTasks(session, invocation.invocationId);
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
    app.note(`\nwhat it wrote: muster logs ${invocation.invocationId}`);
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
    ['started by', invocation.uin],
    ['asked for', when(invocation.createdTime, now)],
    ['ended', when(invocation.endTime, now)],
  ]);
}
