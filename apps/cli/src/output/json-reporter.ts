import { InvocationSchema, InvocationTaskSchema } from '@muster/contract';
import { hasEnded, wasCancelled } from '../domain/outcome.ts';
import { JsonOutputs, jsonLines } from './json-outputs.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import type { Terminal } from './terminal.ts';
import { toTatJson } from './to-json.ts';

/** Prints a run as JSON Lines; every line has a `kind`. The shape is a contract: docs/cli.md. */
export function jsonReporter({ out }: Terminal, { ledger }: ReporterOptions): Reporter {
  const print = jsonLines(out);
  const outputs = new JsonOutputs(print);
  return {
    event(event) {
      switch (event.kind) {
        case 'invocation':
          print('invocation', toTatJson(InvocationSchema, event.invocation));
          return;
        case 'task':
          print('task', toTatJson(InvocationTaskSchema, event.task));
          return;
        case 'output':
          outputs.write(event.task, event.chunk);
      }
    },
    say() {},
    leave: () => outputs.endAll(),
    finish(exitCode) {
      outputs.endAll();
      const tasks = ledger.tasks();
      for (const { taskId, id, name, status, exitCode: code, durationMs, reason } of tasks) {
        print('result', {
          InvocationTaskId: taskId,
          InstanceId: id,
          InstanceName: name,
          TaskStatus: status,
          ExitCode: code ?? null,
          DurationMs: durationMs ?? null,
          ErrorInfo: reason,
        });
      }
      const idsOf = (wanted: (status: (typeof tasks)[number]['status']) => boolean) =>
        tasks.filter(({ status }) => wanted(status)).map(({ id }) => id);
      print('summary', {
        InvocationId: ledger.invocationId,
        InvocationStatus: ledger.status(),
        Total: tasks.length,
        Succeeded: idsOf((status) => status === 'SUCCESS'),
        Failed: idsOf((status) => hasEnded(status) && status !== 'SUCCESS' && !wasCancelled(status)),
        Cancelled: idsOf(wasCancelled),
        DurationMs: ledger.elapsedMs(Date.now()),
        ExitCode: exitCode,
      });
    },
  };
}
