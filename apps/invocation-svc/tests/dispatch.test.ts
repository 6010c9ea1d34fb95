import { setTimeout as sleep } from 'node:timers/promises';
import { EnrollmentService, InstanceKind, OfflinePolicy, TaskOutcome, TaskStatus } from '@muster/contract';
import { ACCOUNT_UIN, eventually } from '@muster/testkit';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectFakeAgent, type FakeAgent, registerMachine } from './fake-agent.ts';
import {
  bytes,
  type Fixture,
  finish,
  openStoreOf,
  run,
  startFixture,
  startOn,
  tasksOf,
  untilTaskIs,
} from './runs-fixture.ts';

let service: Fixture;
const cleanup = new AsyncDisposableStack();

beforeAll(async () => {
  service = cleanup.use(await startFixture());
});
afterAll(() => cleanup.disposeAsync());
afterEach(() => {
  service.clock.ahead = 0;
});

const onlyTask = async (invocationId: string) => (await tasksOf(service, invocationId))[0]!;
const cancel = (invocationId: string) => service.runs().cancelInvocation({ invocationId });

/** A machine that was never seen. */
async function absent() {
  const machine = await service.machine();
  await using db = await openStoreOf(service.config);
  // as if it had been there once: nothing can be run where no agent ever was
  await db.updateTable('instance').set({ epoch: 1 }).where('instance_id', '=', machine.instanceId).execute();
  return machine;
}

it('F36: a cancel before the machine comes back is CANCELLED, and its later start is refused', async () => {
  const machine = await absent();
  const invocationId = await run(service, [machine], { offlinePolicy: OfflinePolicy.RUN_ON_RETURN });
  await cancel(invocationId);
  const { invocationTaskId, taskStatus } = await onlyTask(invocationId);
  expect(taskStatus).toBe(TaskStatus.CANCELLED);
  await using agent = await connectFakeAgent(machine);
  await agent.hello();
  expect(await agent.start({ invocationTaskId, claim: 'claim-1' })).toMatchObject({
    granted: false,
    reason: 'it is CANCELLED',
  });
  // what is sent next is not that
  const next = await run(service, [agent]);
  const order = await startOn(agent);
  expect(order.invocationId).toBe(next);
  await finish(agent, order);
});

describe('F37: a cancel while the order is on its way', () => {
  const MACHINES = 8;
  const ROUNDS = 25;
  /** What the scripts wrote first of all, outside of the service. */
  const startLines: string[] = [];
  const faults: unknown[] = [];

  /** A machine that thinks for a moment before it asks, and whose scripts run until they are killed. */
  async function obey(agent: FakeAgent, thinks: readonly number[]): Promise<void> {
    for (let round = 0; ; round++) {
      const { invocationTaskId } = (await agent.tasks.next()).order;
      await sleep(2 * thinks[round % ROUNDS]!);
      const { granted } = await agent.start({ invocationTaskId, claim: 'claim-1' });
      if (!granted) continue;
      startLines.push(invocationTaskId);
      while ((await agent.cancels.next()).invocationTaskId !== invocationTaskId);
      await finish(agent, { invocationTaskId }, { outcome: TaskOutcome.TERMINATED, exitCode: -1 });
    }
  }

  it('F37: is CANCELLED without a start, or TERMINATED with one, in 200 races', async () => {
    const seed = Date.now() % 2 ** 31;
    const delays = fc.sample(fc.array(fc.nat(20), { minLength: ROUNDS, maxLength: ROUNDS }), {
      seed,
      numRuns: MACHINES,
    });
    const ends = new Map<TaskStatus, number>();
    const race = async (agent: FakeAgent, waits: readonly number[]) => {
      for (const wait of waits) {
        const invocationId = await run(service, [agent]);
        await sleep(wait);
        await cancel(invocationId);
        // ends with the run
        await Array.fromAsync(service.runs().watchInvocation({ invocationId }));
        const { invocationTaskId, taskStatus } = await onlyTask(invocationId);
        const starts = startLines.filter((line) => line === invocationTaskId).length;
        expect([taskStatus, starts], `seed ${seed}`).toEqual(
          taskStatus === TaskStatus.CANCELLED ? [TaskStatus.CANCELLED, 0] : [TaskStatus.TERMINATED, 1],
        );
        ends.set(taskStatus, (ends.get(taskStatus) ?? 0) + 1);
      }
    };
    const agents: FakeAgent[] = [];
    for (let made = 0; made < MACHINES; made++) agents.push(await service.agent());
    // it ends with the test: a machine waits for orders for ever
    for (const [index, agent] of agents.entries())
      void obey(agent, delays[index]!.toReversed()).catch((fault) => faults.push(fault));
    await Promise.all(agents.map((agent, index) => race(agent, delays[index]!)));
    expect([...ends.values()].reduce((sum, count) => sum + count, 0)).toBe(MACHINES * ROUNDS);
    expect(faults).toEqual([]);
    // six seconds alone, a minute beside all other projects
  }, 240_000);
});

it('F38: a cancel after the end changes nothing, however often', async () => {
  const agent = await service.agent();
  for (const says of [{}, { outcome: TaskOutcome.FAILED, exitCode: 3 }]) {
    const invocationId = await run(service, [agent]);
    await finish(agent, await startOn(agent), says);
    const ended = await onlyTask(invocationId);
    await cancel(invocationId);
    await cancel(invocationId);
    expect(await onlyTask(invocationId)).toEqual(ended);
    expect(agent.cancels.waiting).toEqual([]);
  }
});

it('F47: a task whose order can never be made waits longer every time and is given up at its deadline; others flow', async () => {
  const machine = await absent();
  const broken = await run(service, [machine], { offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: 3_600 });
  await using db = await openStoreOf(service.config);
  const row = () =>
    db.selectFrom('invocation_task').selectAll().where('invocation_id', '=', broken).executeTakeFirstOrThrow();
  await db
    .updateTable('invocation')
    .set({ sealed_script: new Uint8Array(40) })
    .where('invocation_id', '=', broken)
    .execute();
  await using agent = await connectFakeAgent(machine);
  await agent.hello();
  for (let attempts = 1; attempts <= 4; attempts++) {
    await eventually(`attempt ${attempts}`, async () => {
      const now = await row();
      return now.attempts >= attempts && now.status === 'DELIVER_DELAYED' && now.error_info !== '';
    });
    expect(await send(agent)).toBe(TaskStatus.SUCCESS);
  }
  expect((await row()).attempts).toBeLessThan(20);
  service.clock.ahead = 3_601_000;
  const parked = await untilTaskIs(service, broken, TaskStatus.DELIVER_FAILED);
  expect(parked.errorInfo).toBe('the service could not make its order, and tried again until it was too late to start');
  expect((await row()).due_at).toBeNull();
  expect(await send(agent)).toBe(TaskStatus.SUCCESS);

  /** A run beside it. */
  async function send(to: FakeAgent): Promise<TaskStatus> {
    const invocationId = await run(service, [to]);
    const order = await startOn(to);
    expect(order.invocationId).toBe(invocationId);
    await finish(to, order);
    return (await onlyTask(invocationId)).taskStatus;
  }
});

it('an account whose thousands of tasks are due leaves the next turn to one with a single task', async () => {
  const OTHER = '100000000099';
  const code = await service.instances(`root@${OTHER}`).createRegisterCode({ instanceKind: InstanceKind.CVM });
  const machine = await registerMachine(service.client(EnrollmentService), code);
  await using quiet = await connectFakeAgent(machine);
  await quiet.hello();
  const noisy = await run(service, [await absent()], { offlinePolicy: OfflinePolicy.RUN_ON_RETURN });
  await using db = await openStoreOf(service.config);
  const waiting = async () =>
    (await db.selectFrom('invocation_task').select('status').where('invocation_id', '=', noisy).execute()).filter(
      ({ status }) => status === 'PENDING',
    ).length;
  await addCopies(noisy, 2_000);
  const { invocationId } = await service.runs(`root@${OTHER}`).runCommand({
    content: bytes('true'),
    instanceIds: [quiet.instanceId],
  });
  const { order } = await quiet.tasks.next();
  expect(order.invocationId).toBe(invocationId);
  expect(await waiting()).toBeGreaterThan(1_000);
  await quiet.start({ invocationTaskId: order.invocationTaskId, claim: 'claim-1' });
  await finish(quiet, order);
  await cancel(noisy);
  expect(await waiting()).toBe(0);

  /** Puts more tasks into a run, all of them due, on machines that nobody hears. */
  async function addCopies(id: string, count: number): Promise<void> {
    const now = Date.now();
    const { rows } = await sql<{ name: string }>`select name from pragma_table_info('invocation_task')`.execute(db);
    const given = new Map(
      Object.entries({
        invocation_task_id: sql`'invt-' || (10000000 + n)`,
        instance_id: sql`'ins-' || (10000000 + n)`,
        position: sql`n`,
        due_at: sql`${now}`,
        deadline_at: sql`${now + 60_000}`,
        offline_expires_at: sql`null`,
      }),
    );
    const columns = rows.map(({ name }) => sql.ref(name));
    const values = rows.map(({ name }) => given.get(name) ?? sql`task.${sql.ref(name)}`);
    await sql`
      with recursive number(n) as (select 1 union all select n + 1 from number where n < ${count})
      insert into invocation_task (${sql.join(columns)})
      select ${sql.join(values)} from number, (select * from invocation_task where invocation_id = ${id}) as task
    `.execute(db);
    await sql`update invocation set task_count = ${count + 1} where invocation_id = ${id}`.execute(db);
    await sql`update backlog set waiting = waiting + ${count} where account_uin = ${ACCOUNT_UIN}`.execute(db);
  }
});
