import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Subscription, subjects } from '@muster/bus';
import { StartReplySchema, type StartRequest, StartRequestSchema } from '@muster/contract';
import { failPoint } from '@muster/telemetry';
import type { Context } from '../context.ts';
import type { Task } from '../domain/task.ts';
import { start } from '../domain/task-start.ts';
import { newestSession } from './newest-session.ts';

/** What a machine is told. */
type Reply = MessageInitShape<typeof StartReplySchema>;

/** The task could start, but who made the run has to be asked again first. */
interface Undecided {
  readonly undecided: Task;
}

/** How often a start is decided before the machine has to ask again. */
const DECISIONS = 3;

/**
 * Answers machines that ask to start a task: the compare-and-set that lets it happen at most once, and only while whoever made the run may
 * still have it start. A machine in an old session gets no answer: it would drop a task that its newer session may still start. Neither
 * does one when nobody can decide: it asks again.
 */
export function serveTaskStart({
  bus,
  write,
  clock,
  rules,
  standing,
}: Pick<Context, 'bus' | 'write' | 'clock' | 'rules' | 'standing'>): Subscription {
  const answer = (subject: string, { epoch, invocationTaskId, claim }: StartRequest): Promise<Reply | Undecided> =>
    write(async (unit) => {
      const instance = await newestSession(unit, subject, epoch);
      if (!instance) throw new Error('a start was asked for in a session that is not the newest');
      const task = await unit.runs.task(invocationTaskId);
      if (task?.instanceId !== instance.instanceId) return { granted: false, reason: 'no such task' };
      const decision = start(task, claim, clock.now(), rules);
      if (!decision.granted) return decision;
      if (decision.task && !standing.stands(task)) return { undecided: task };
      if (decision.task) await unit.runs.change(task, decision.task);
      return { granted: true };
    }, subjects.speakerOf(subject).tenant);
  return bus.serve(
    subjects.serviceUp('start'),
    { input: StartRequestSchema, output: StartReplySchema },
    async (request, subject) => {
      let reply = await answer(subject, request);
      // once more when permissions changed while it was decided
      for (let tries = 0; 'undecided' in reply && tries < DECISIONS; tries++) {
        await standing.decideAgain(reply.undecided);
        reply = await answer(subject, request);
      }
      if ('undecided' in reply) throw new Error('permissions change faster than they can be decided');
      await failPoint('start.after-commit');
      return reply;
    },
    subjects.SERVICE_QUEUE,
  );
}
