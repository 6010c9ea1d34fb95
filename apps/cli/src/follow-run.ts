import type { App } from './app.ts';
import { formatDuration } from './domain/duration.ts';
import { EXIT } from './domain/outcome.ts';
import { explain } from './failure.ts';
import type { Reporter } from './output/reporter.ts';
import type { RunControl } from './run-control.ts';
import { RunLedger } from './run-ledger.ts';
import type { Session } from './session.ts';
import { watchRun } from './watch.ts';

/** How to follow a run. */
export interface FollowOptions {
  /** Script output as it is, controls included. */
  readonly raw?: boolean | undefined;
  /** Nothing but script output. */
  readonly quiet?: boolean | undefined;
  /** Seconds to wait at most; as long as it takes when absent. */
  readonly waitTimeout?: number | undefined;
}

/** Shows a run until it ends, or until `control` says to leave it, and answers the exit code. */
export async function followRun(
  { app, session, control }: { app: App; session: Session; control: RunControl },
  invocationId: string,
  options: FollowOptions,
): Promise<number> {
  const ledger = new RunLedger(invocationId);
  const reporter = await createReporter(app, ledger, options);
  const comeBack = `${invocationId} goes on; come back with: muster watch ${invocationId}`;
  control.attach({
    detaching(how) {
      reporter.say(`Detached: ${comeBack}`);
      if (how === 'interrupt') reporter.say('Ctrl-C again within 2s cancels it');
    },
    async cancel() {
      reporter.say(`Cancelling ${invocationId}`);
      try {
        await session.invocations.cancelInvocation({ invocationId });
      } catch (error) {
        app.fail(explain(error));
        throw error;
      }
    },
  });
  const { waitTimeout } = options;
  const waiting = waitTimeout === undefined ? undefined : setTimeout(() => control.leave('waited'), waitTimeout * 1000);
  try {
    const { signal } = control;
    for await (const event of watchRun(session, invocationId, { withOutput: true, signal })) {
      // after a first Ctrl-C nothing is printed until it is known what the user wants
      await control.decision();
      if (signal.aborted) break;
      ledger.take(event);
      reporter.event(event);
    }
    await control.decision();
  } catch (error) {
    reporter.leave();
    throw error;
  } finally {
    clearTimeout(waiting);
  }
  if (control.departure === undefined) {
    reporter.finish(ledger.exitCode());
    return ledger.exitCode();
  }
  reporter.leave();
  if (control.departure === 'waited') reporter.say(`Waited ${formatDuration(waitTimeout! * 1000)}: ${comeBack}`);
  return control.departure === 'cancelled' ? EXIT.cancelled : EXIT.stillRunning;
}

async function createReporter(
  { json, terminal }: App,
  ledger: RunLedger,
  { raw = false, quiet = false }: FollowOptions,
): Promise<Reporter> {
  if (json) return (await import('./output/json-reporter.ts')).jsonReporter(terminal, { ledger, raw, quiet });
  return (await import('./output/human-reporter.ts')).humanReporter(terminal, { ledger, raw, quiet });
}
