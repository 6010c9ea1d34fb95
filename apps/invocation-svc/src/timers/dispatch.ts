import { subjects } from '@muster/bus';
import { CancelOrderSchema, SignedTaskSchema } from '@muster/contract';
import { Lru } from '@muster/kernel';
import { failPoint } from '@muster/telemetry';
import type { Context } from '../context.ts';
import type { RunDocument, Script } from '../domain/invocation.ts';
import { signedSeconds } from '../domain/output-address.ts';
import { Pace } from '../domain/pace.ts';
import type { Task } from '../domain/task.ts';
import { expire, repeatCancel } from '../domain/task-end.ts';
import { deliver, park, queueOn, unheard, unsendable } from '../domain/task-start.ts';
import { type Turns, takeTurns } from '../domain/turns.ts';
import type { Upload } from '../object-storage.ts';
import { openScript } from '../sealed-script.ts';
import { type InstanceRecord, InstanceStore } from '../store/instance-store.ts';
import { RunReader } from '../store/run-reader.ts';
import { TargetStore } from '../store/target-store.ts';
import { taskOrder } from '../task-order.ts';
import { type Alarm, startAlarm } from './alarm.ts';

/** Orders are sent together that are as many as go out in this time: few while the service is busy, for others wait for them. */
const BATCH_MS = 60;
const MOST_AT_ONCE = 200;

type DispatchContext = Pick<
  Context,
  'bus' | 'clock' | 'db' | 'logger' | 'objectStorage' | 'rules' | 'signer' | 'tasksPerSecond' | 'vault' | 'write'
>;

/** An account whose tasks go out in turns sends this often at least, even at the slowest. */
const TURN_MS = 10_000;
/** More accounts than have tasks waiting at the same time. */
const REMEMBERED = 10_000;

/** Sending, while it goes on. */
export interface Dispatch extends Alarm {
  /** Whether tasks of an account are going out now, so that what it has waiting waits for its turn. */
  isSending(accountUin: string): boolean;
}

/**
 * Sends what is due: orders of waiting tasks, cancels of running ones. A task is marked before its order is sent, so a start can never
 * overtake the mark; what a crash leaves unsent in between is due again after the delivery window.
 */
export function startDispatch(context: DispatchContext): Dispatch {
  const { bus, clock, db, logger, tasksPerSecond, write } = context;
  const runs = new RunReader(db);
  const pace = new Pace();
  /** Accounts whose machines have said things that are not written yet. */
  const behind = new Set<string>();
  const sentAt = new Lru<string, number>(REMEMBERED);
  const isSending = (account: string) => clock.now() - (sentAt.get(account) ?? Number.NEGATIVE_INFINITY) < TURN_MS;
  let last = '';
  const catchUp = (account: string, tenant: string) => {
    behind.add(account);
    const done = () => {
      behind.delete(account);
      alarm.kick();
    };
    // it has its turn after what that tenant's machines said before
    write(async () => undefined, tenant).then(done, done);
  };
  const alarm = startAlarm({
    clock,
    onError: (error) => logger.error({ err: error }, 'dispatch failed; it tries again'),
    async work() {
      // what cannot be sent waits as it is, in its order
      if (!bus.connected) return undefined;
      const next = await runs.nextMoment('due_at');
      if (next === undefined || next > clock.now()) return next;
      const due = await runs.accountsDue(clock.now());
      const waits = due.map((account) =>
        behind.has(account) ? Number.POSITIVE_INFINITY : pace.waitMs(account, performance.now()),
      );
      const free = due.filter((_, index) => waits[index] === 0);
      if (free.length === 0) return due.length === 0 ? next : clock.now() + Math.min(...waits);
      const rates = new Map(free.map((account) => [account, tasksPerSecond(account)]));
      const most = Math.min(Math.ceil((Math.max(...rates.values()) * BATCH_MS) / 1_000), MOST_AT_ONCE);
      const turns = takeTurns(free, { last, most });
      last = turns.whose.at(-1) ?? last;
      const marked = await markDue({ ...context, isSending }, turns);
      for (const [account, { length }] of Map.groupBy(marked, (task) => task.accountUin)) {
        sentAt.set(account, clock.now());
        pace.spend(account, length, { now: performance.now(), perSecond: rates.get(account)! });
      }
      await failPoint('dispatch.after-mark');
      for (const [account, tenant] of await send(context, marked)) catchUp(account, tenant);
      // what was published has left the process once something else was awaited
      const later = await runs.nextMoment('due_at');
      await failPoint('dispatch.after-publish');
      return later;
    },
  });
  const reconnected = bus.onReconnect(alarm.kick);
  return {
    kick: alarm.kick,
    isSending,
    [Symbol.asyncDispose]() {
      reconnected[Symbol.dispose]();
      return alarm[Symbol.asyncDispose]();
    },
  };
}

function markDue(
  { write, clock, isSending, logger, rules }: DispatchContext & Pick<Dispatch, 'isSending'>,
  { whose, each }: Turns,
): Promise<Task[]> {
  return write(async (unit) => {
    const now = clock.now();
    const marked: Task[] = [];
    const due: Task[] = [];
    for (const accountUin of whose) due.push(...(await unit.runs.due(accountUin, now, each)));
    const present = await new TargetStore(unit.trx).present(due.map((task) => task.instanceId));
    for (const found of due) {
      const task = (isSending(found.accountUin) && queueOn(found, now, rules)) || found;
      // what is too late is not sent any more, whoever notices first
      const unsent = expire(task, now) ?? (present.has(task.instanceId) ? undefined : park(task));
      const next = unsent ?? deliver(task, now, rules) ?? repeatCancel(task, now);
      if (!next) {
        // such a row should not be; it must not hold up the others
        logger.error({ invocationTaskId: task.invocationTaskId, status: task.status }, 'nothing can be due for a task');
      }
      await unit.runs.change(found, next ?? { ...task, dueAt: undefined });
      if (next && !unsent) marked.push(next);
    }
    return marked;
  });
}

/** Gives the accounts that something was sent for, with their tenants. */
async function send(context: DispatchContext, tasks: readonly Task[]): Promise<Map<string, string>> {
  const { db, logger } = context;
  const invocationIds = [...new Set(tasks.map((task) => task.invocationId))];
  const runs = new RunReader(db);
  const sealed = await runs.sealedScripts(invocationIds);
  const documents = new Map(
    (await runs.invocations(invocationIds)).map(({ invocationId, document }) => [invocationId, document]),
  );
  const orders: Orders = { documents, scripts: scriptsOf(context, sealed), instances: new InstanceStore(db) };
  const tenants = new Map<string, string>();
  for (const task of tasks) {
    try {
      const instance = await orders.instances.byId(task.instanceId);
      // removed meanwhile, and its tasks ended with it
      if (!instance) continue;
      tenants.set(task.accountUin, instance.tenant);
      await sendOne(context, orders, task, instance);
    } catch (error) {
      // it is alone with that: it waits longer every time, others are sent meanwhile
      logger.error(
        { err: error, invocationTaskId: task.invocationTaskId },
        'an order could not be made; it is tried again',
      );
      note(context, task, unsendable);
    }
  }
  return tenants;
}

/** What orders of a batch are made from. */
interface Orders {
  readonly documents: ReadonlyMap<string, RunDocument>;
  readonly scripts: (invocationId: string) => Script;
  readonly instances: InstanceStore;
}

/** Opens each script once, when it is needed. */
function scriptsOf({ vault }: DispatchContext, sealed: ReadonlyMap<string, Uint8Array>): Orders['scripts'] {
  const opened = new Map<string, Script>();
  return (invocationId) => {
    const script = opened.get(invocationId) ?? openScript(vault, invocationId, sealed.get(invocationId)!);
    opened.set(invocationId, script);
    return script;
  };
}

async function sendOne(
  context: DispatchContext,
  { documents, scripts }: Orders,
  task: Task,
  instance: InstanceRecord,
): Promise<void> {
  const { bus, objectStorage, rules, signer } = context;
  const { invocationId, invocationTaskId } = task;
  if (task.status === 'CANCELLING') {
    bus.publish(subjects.serviceDown(instance, 'cancel'), CancelOrderSchema, { invocationTaskId });
    return;
  }
  const document = documents.get(invocationId)!;
  const upload = await uploadOf(context, task, document);
  const outputLimit = upload ? Math.max(rules.outputLimit, objectStorage.limitBytes) : rules.outputLimit;
  const parts = { document, script: scripts(invocationId), instance, outputLimit, upload };
  const order = signer.sign(taskOrder(task, parts), instance.signingKeyIds);
  bus.publishToListener(subjects.serviceDown(instance, 'task'), SignedTaskSchema, order, () =>
    note(context, task, unheard),
  );
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

/** Notes that a sending came to nothing. */
function note(
  { write, clock, logger }: DispatchContext,
  { invocationTaskId, attempts }: Task,
  what: typeof unheard,
): void {
  write(async ({ runs }) => {
    const task = await runs.task(invocationTaskId);
    const delayed = task && what(task, attempts, clock.now());
    if (delayed) await runs.change(task, delayed);
  }).catch((error) => logger.error({ err: error, invocationTaskId }, 'a delay could not be noted'));
}
