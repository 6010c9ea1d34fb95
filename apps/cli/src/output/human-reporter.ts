import { formatClock, formatDuration } from '../domain/duration.ts';
import { escapeText } from '../domain/escape.ts';
import { hasEnded } from '../domain/outcome.ts';
import { summaryLines } from '../domain/summary.ts';
import { refusalIn } from '../failure.ts';
import { toTaskView } from '../run-ledger.ts';
import { taskStatusName } from '../tat-name.ts';
import type { WatchEvent } from '../watch.ts';
import { HostLines } from './host-lines.ts';
import { type Progress, startProgress } from './progress.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { printResultTable } from './result-table.ts';
import type { Terminal } from './terminal.ts';

/** So many machines that did not succeed are named while the run goes on; more are counted. */
const FAILURES_SAID_MAX = 50;

/** Shows a run to people: lines as they come, one progress line, then a table and a summary. */
export async function humanReporter(terminal: Terminal, { ledger, raw, quiet }: ReporterOptions): Promise<Reporter> {
  const { out, err } = terminal;
  const lines = new HostLines(terminal, { raw });
  const started = Date.now();
  const describe = () => {
    const { total, done, failed } = ledger.tally();
    const parts = [`${ledger.invocationId} ${formatClock(Date.now() - started)}`, `${done}/${total} done`];
    return [...parts, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ');
  };
  const progress: Progress = quiet ? { touched() {}, stop() {} } : await startProgress(err, describe);

  const show = (event: WatchEvent) => {
    switch (event.kind) {
      case 'task':
        lines.announce(event.task);
        if (!hasEnded(taskStatusName(event.task.taskStatus))) return;
        lines.end(event.task.invocationTaskId);
        if (!quiet) sayFailure(event.task.invocationTaskId);
        return;
      case 'output':
        lines.write(event.task, event.chunk);
        return;
      case 'lost': {
        const why = refusalIn(event.error)?.message;
        const words = `connection lost${why ? ` (${escapeText(why)})` : ''}; reconnecting`;
        err.line(err.colors.yellow(words));
        return;
      }
      case 'back':
        err.line(err.colors.dim('connection is back'));
        return;
    }
  };

  let failuresSaid = 0;
  const sayFailure = (taskId: string) => {
    const { name, status, durationMs, reason } = toTaskView(ledger.task(taskId)!);
    if (status === 'SUCCESS' || ledger.tally().total === 1 || ++failuresSaid > FAILURES_SAID_MAX) return;
    if (failuresSaid === FAILURES_SAID_MAX) err.line('more that do not succeed are only counted');
    const time = durationMs === undefined ? '' : ` after ${formatDuration(durationMs)}`;
    err.line(`${escapeText(name)} ${err.colors.red(status)}${time}${reason ? `: ${escapeText(reason)}` : ''}`);
  };

  return {
    event(event) {
      show(event);
      if (event.kind !== 'invocation') progress.touched();
    },
    say: (text) => err.line(text),
    leave() {
      lines.endAll();
      progress.stop();
    },
    finish() {
      lines.endAll();
      progress.stop();
      if (quiet) return;
      const tasks = ledger.tasks();
      out.line();
      printResultTable(out, tasks);
      out.line();
      for (const line of summaryLines(tasks, ledger.elapsedMs(Date.now()))) {
        const paint = line.startsWith('Successful')
          ? out.colors.green
          : line.startsWith('Ran')
            ? out.colors.bold
            : out.colors.red;
        out.line(paint(line));
      }
    },
  };
}
