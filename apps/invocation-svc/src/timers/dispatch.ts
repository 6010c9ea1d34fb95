import { subjects } from '@muster/bus';
import { CancelOrderSchema, SignedTaskSchema } from '@muster/contract';
import type { Context } from '../context.ts';
import type { RunDocument } from '../domain/invocation.ts';
import { signedSeconds } from '../domain/output-address.ts';
import { deliver, expire, park, repeatCancel, type Task, unheard } from '../domain/task.ts';
import type { Upload } from '../object-storage.ts';
import { openScript } from '../sealed-script.ts';
import { InstanceStore } from '../store/instance-store.ts';
import { RunReader } from '../store/run-reader.ts';
import { TargetStore } from '../store/target-store.ts';
import { taskOrder } from '../task-order.ts';
import { type Alarm, startAlarm } from './alarm.ts';

const BATCH = 200;

type DispatchContext = Pick<
  Context,
  'bus' | 'clock' | 'db' | 'logger' | 'objectStorage' | 'rules' | 'signer' | 'vault' | 'write'
>;

/**
 * Sends what is due: orders of waiting tasks, cancels of running ones. A task is marked before its order is sent, so a start can never
 * overtake the mark; what a crash leaves unsent in between is due again after the delivery window.
 */
export function startDispatch(context: DispatchContext): Alarm {
  const { clock, db, logger } = context;
  const runs = new RunReader(db);
  return startAlarm({
    clock,
    onError: (error) => logger.error({ err: error }, 'dispatch failed; it tries again'),
    async work() {
      const next = await runs.nextMoment('due_at');
      if (next === undefined || next > clock.now()) return next;
      await send(context, await markDue(context));
      return runs.nextMoment('due_at');
    },
  });
}

function markDue({ write, clock, rules }: DispatchContext): Promise<Task[]> {
  return write(async (unit) => {
    const now = clock.now();
    const marked: Task[] = [];
    const due = await unit.runs.due(now, BATCH);
    const present = await new TargetStore(unit.trx).present(due.map((task) => task.instanceId));
    for (const task of due) {
      // what is too late is not sent any more, whoever notices first
      const unsent = expire(task, now) ?? (present.has(task.instanceId) ? undefined : park(task));
      const next = unsent ?? deliver(task, now, rules) ?? repeatCancel(task, now);
      if (!next) throw new Error(`nothing can be due for task ${task.invocationTaskId}: it is ${task.status}`);
      await unit.runs.change(task, next);
      if (!unsent) marked.push(next);
    }
    return marked;
  });
}

async function send(context: DispatchContext, tasks: readonly Task[]): Promise<void> {
  const { bus, db, objectStorage, rules, signer, vault } = context;
  const runs = new RunReader(db);
  const invocationIds = [...new Set(tasks.map((task) => task.invocationId))];
  const invocations = await runs.invocations(invocationIds);
  const documents = new Map(invocations.map((invocation) => [invocation.invocationId, invocation.document]));
  const sealed = await runs.sealedScripts(invocationIds);
  const scripts = new Map([...sealed].map(([id, script]) => [id, openScript(vault, id, script)]));
  const instances = new InstanceStore(db);
  for (const task of tasks) {
    const instance = await instances.byId(task.instanceId);
    const { invocationId, invocationTaskId } = task;
    const document = documents.get(invocationId);
    const script = scripts.get(invocationId);
    if (!instance || !document || !script) continue;
    if (task.status === 'CANCELLING') {
      bus.publish(subjects.serviceDown(instance, 'cancel'), CancelOrderSchema, { invocationTaskId });
      continue;
    }
    if (!bus.connected) {
      markUnheard(context, task);
      continue;
    }
    const upload = await uploadOf(context, task, document);
    const outputLimit = upload ? Math.max(rules.outputLimit, objectStorage.limitBytes) : rules.outputLimit;
    const parts = { document, script, instance, outputLimit, upload };
    const order = signer.sign(taskOrder(task, parts), instance.signingKeyIds);
    bus.publishToListener(subjects.serviceDown(instance, 'task'), SignedTaskSchema, order, () =>
      markUnheard(context, task),
    );
  }
}

/** Signed anew for every sending, for the time that is left from then. */
async function uploadOf(
  { objectStorage, clock }: DispatchContext,
  task: Task,
  { outputCosBucketUrl: bucketUrl, outputCosKeyPrefix: keyPrefix }: RunDocument,
): Promise<Upload | undefined> {
  if (bucketUrl === '') return undefined;
  return objectStorage.upload({ ...task, bucketUrl, keyPrefix }, signedSeconds(task, clock.now()));
}

function markUnheard({ write, clock, logger }: DispatchContext, { invocationTaskId, attempts }: Task): void {
  write(async ({ runs }) => {
    const task = await runs.task(invocationTaskId);
    const delayed = task && unheard(task, attempts, clock.now());
    if (delayed) await runs.change(task, delayed);
  }).catch((error) => logger.error({ err: error, invocationTaskId }, 'a delay could not be noted'));
}
