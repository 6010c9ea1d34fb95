import { type Subscription, subjects } from '@muster/bus';
import { StartReplySchema, StartRequestSchema } from '@muster/contract';
import { failPoint } from '@muster/telemetry';
import type { Context } from '../context.ts';
import { start } from '../domain/task.ts';
import { newestSession } from './newest-session.ts';

/**
 * Answers machines that ask to start a task: the compare-and-set that lets it happen at most once. A machine in an old session
 * gets no answer: it would drop a task that its newer session may still start.
 */
export function serveTaskStart({
  bus,
  write,
  clock,
  rules,
}: Pick<Context, 'bus' | 'write' | 'clock' | 'rules'>): Subscription {
  return bus.serve(
    subjects.serviceUp('start'),
    { input: StartRequestSchema, output: StartReplySchema },
    async ({ epoch, invocationTaskId, claim }, subject) => {
      const reply = await write(async (unit) => {
        const instance = await newestSession(unit, subject, epoch);
        if (!instance) throw new Error('a start was asked for in a session that is not the newest');
        const task = await unit.runs.task(invocationTaskId);
        if (task?.instanceId !== instance.instanceId) return { granted: false, reason: 'no such task' };
        const decision = start(task, claim, clock.now(), rules);
        if (!decision.granted) return decision;
        if (decision.task) await unit.runs.change(task, decision.task);
        return { granted: true };
      });
      await failPoint('start.after-commit');
      return reply;
    },
    subjects.SERVICE_QUEUE,
  );
}
