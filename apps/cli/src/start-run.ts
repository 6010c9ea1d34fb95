import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.ts';
import { chooseTargets } from './choose-targets.ts';
import { backoff } from './domain/backoff.ts';
import { failureLine } from './domain/failure-line.ts';
import { instances } from './domain/summary.ts';
import { explain, refusalIn } from './failure.ts';
import { followRun } from './follow-run.ts';
import { RunControl } from './run-control.ts';
import type { RunOptions } from './run-options.ts';
import type { Session } from './session.ts';
import { Stop } from './stop.ts';

/** How often a request without an answer is sent. The client token makes sure that it runs once. */
const ATTEMPTS = 3;

/** What every run request carries. */
export interface RunRequest {
  readonly instanceIds: string[];
  readonly clientToken: string;
}

/** Chooses machines, sends the request, and follows the run unless it is to be detached. Answers the exit code. */
export async function startRun(
  { app, session }: { app: App; session: Session },
  options: RunOptions,
  send: (request: RunRequest) => Promise<{ invocationId: string }>,
): Promise<number | undefined> {
  const targets = await chooseTargets(app, session, options);
  using control = new RunControl();
  const instanceIds = targets.map(({ id }) => id);
  const clientToken = randomUUID();
  const { invocationId } = await persistently(() => send({ instanceIds, clientToken }));
  if (options.detach) {
    if (app.json) app.printJson({ InvocationId: invocationId });
    else {
      app.terminal.out.line(invocationId);
      if (!options.quiet)
        app.note(`started on ${instances(targets.length)}; follow it with: muster watch ${invocationId}`);
    }
    return undefined;
  }
  if (!options.quiet) app.note(`${invocationId} on ${instances(targets.length)}`);
  try {
    return await followRun({ app, session, control }, invocationId, options);
  } catch (error) {
    if (refusalIn(error)?.kind !== 'denied') throw error;
    const denial = failureLine({ ...explain(error), hint: undefined });
    throw new Stop(`${invocationId} has started, but you may not see what comes of it: ${denial}`, {
      hint: 'ask for a policy that allows it, or start runs with --detach',
    });
  }
}

/** Sends again when nobody answered; what was refused stays refused. */
async function persistently<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (refusalIn(error)?.reason !== 'ServiceUnavailable' || attempt === ATTEMPTS) throw error;
      await sleep(backoff(attempt, Math.random()));
    }
  }
}
