import type { FileFault } from '@muster/terminal';
import type { App } from '../app.ts';
import { formatBytes } from '../domain/byte-count.ts';
import { formatDuration } from '../domain/duration.ts';
import { escapeText } from '../domain/escape.ts';
import { failureLine } from '../domain/failure-line.ts';
import { instances } from '../domain/summary.ts';
import { explain } from '../failure.ts';
import type { Target } from '../instances.ts';
import { jsonLines } from '../output/json-outputs.ts';
import type { CopyJob, ItemOutcome } from './copy-job.ts';

/** How a copy from or to one machine ended: with a job whose files may have failed, or without anything done. */
export interface MachineOutcome {
  readonly target: Target;
  readonly job: CopyJob | undefined;
  readonly error: unknown;
  readonly durationMs: number;
}

/** Tells how a copy goes. */
export interface CopyReport {
  item(target: Target, outcome: ItemOutcome): void;
  again(target: Target, why: string): void;
  machine(outcome: MachineOutcome): void;
  finish(outcomes: readonly MachineOutcome[], exitCode: number): void;
}

/** Whether all of it is where it was to go. */
export function isWhole({ job, error }: MachineOutcome): boolean {
  return error === undefined && job !== undefined && job.failed === 0;
}

/** For people: a line for each machine, and one for each file that failed. */
export function humanCopyReport({ terminal: { out, err } }: App): CopyReport {
  const fault = (target: Target, text: string) =>
    err.line(`${err.colors.red('muster:')} ${escapeText(`${target.name}: ${text}`)}`);
  return {
    item(target, { item, fault: why }) {
      if (why) fault(target, `${item.from}: ${why.message}`);
    },
    again: (target, why) => err.line(escapeText(`${target.name}: ${why}; going on in another session`)),
    machine({ target, job, error, durationMs }) {
      if (error !== undefined) fault(target, failureLine(explain(error)));
      if (!job) return;
      if (job.unknownOwners.length > 0) {
        const names = job.unknownOwners.map((each) => `\`${each}\``).join(', ');
        err.line(
          escapeText(
            `${target.name}: no user or group ${names} where it was copied to: those files belong to who copies`,
          ),
        );
      }
      const files = `${job.files} ${job.files === 1 ? 'file' : 'files'}`;
      const failed = job.failed > 0 ? `, ${job.failed} failed` : '';
      const pace = durationMs > 0 ? ` (${formatBytes(Math.round((job.bytes / durationMs) * 1_000))}/s)` : '';
      out.line(
        escapeText(
          `${target.name}: ${files}, ${formatBytes(job.bytes)} in ${formatDuration(durationMs)}${pace}${failed}`,
        ),
      );
    },
    finish(outcomes) {
      if (outcomes.length < 2) return;
      const whole = outcomes.filter(isWhole).length;
      const failed = outcomes.length - whole;
      out.line(`Copied on ${instances(whole)}${failed > 0 ? `, failed on ${failed}` : ''}`);
    },
  };
}

/** For programs: JSON Lines, each with a `kind` (docs/cli.md). */
export function jsonCopyReport({ terminal: { out } }: App): CopyReport {
  const print = jsonLines(out);
  const named = ({ id, name }: Target) => ({ InstanceId: id, InstanceName: name });
  const started = Date.now();
  return {
    item(target, { item: { entry, from, to }, fault, sha256, resumedFrom }) {
      print('file', {
        ...named(target),
        ...{ Source: from, Destination: to, EntryKind: entry.kind.toUpperCase(), Size: entry.size },
        ...(sha256 ? { Sha256: sha256 } : {}),
        ...(resumedFrom ? { ResumedFrom: resumedFrom } : {}),
        ...outcomeOf(fault),
      });
    },
    again: (target, why) => print('again', { ...named(target), Reason: why }),
    machine({ target, job, error, durationMs }) {
      const { files = 0, bytes = 0, failed = 0 } = job ?? {};
      const info = error === undefined ? '' : failureLine(explain(error));
      const counts = { Files: files, Bytes: bytes, Failed: failed, DurationMs: Math.round(durationMs) };
      print('result', { ...named(target), ...counts, ErrorInfo: info });
    },
    finish(outcomes, exitCode) {
      const idsOf = (wanted: boolean) =>
        outcomes.filter((each) => isWhole(each) === wanted).map(({ target }) => target.id);
      const ids = { Succeeded: idsOf(true), Failed: idsOf(false) };
      print('summary', { Total: outcomes.length, ...ids, DurationMs: Date.now() - started, ExitCode: exitCode });
    },
  };
}

function outcomeOf(fault: FileFault | undefined) {
  return fault ? { Outcome: 'FAILED', ErrorInfo: fault.message } : { Outcome: 'DONE' };
}
