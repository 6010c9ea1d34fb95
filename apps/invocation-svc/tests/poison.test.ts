import { create, toBinary } from '@bufbuild/protobuf';
import { NoAnswer, subjects } from '@muster/bus';
import {
  HeldState,
  HelloSchema,
  OutputReportSchema,
  OutputStream,
  ResultReplySchema,
  ResultReportSchema,
  StartReplySchema,
  StartRequestSchema,
  TaskOutcome,
  TaskStatus,
} from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { type Fixture, finish, run, startFixture, startOn, untilTaskIs } from './runs-fixture.ts';

let service: Fixture;
let agent: FakeAgent;
beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
});
afterAll(() => service[Symbol.asyncDispose]());

const KINDS = ['hello', 'heartbeat', 'start', 'output', 'result'] as const;
const publish = (kind: subjects.UpKind, data: Uint8Array) =>
  agent.bus.connection.publish(subjects.agentUp(agent.instanceId, kind), data);

/** The loop behind every subject is alive: a whole run goes through all of them. */
async function works(): Promise<void> {
  await agent.hello();
  agent.heartbeat();
  const invocationId = await run(service, [agent]);
  const { invocationTaskId } = await startOn(agent);
  const data = Buffer.from('fine\n');
  await agent.output({ chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset: 0, data }] });
  await finish(agent, { invocationTaskId }, { stdoutLength: data.length });
  await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
}

describe('F46: poison from a machine', () => {
  it.each<[string, Uint8Array]>([
    ['malformed', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['of the largest size', Buffer.alloc(262_000, 0x0a)],
    ['of a later version', Buffer.from([0x9b, 0x3e, 0x08])],
    ['nested deep', Buffer.concat([Buffer.alloc(100_000, 0xa3), Buffer.alloc(100_000, 0xa4)])],
    ['empty', new Uint8Array()],
    ['another protocol', Buffer.from('{"epoch":1}')],
  ])('%s does no harm on any subject', async (_, bytes) => {
    for (const kind of KINDS) for (let time = 0; time < 3; time++) publish(kind, bytes);
    await works();
  });

  it('about tasks that there are not is answered so that the machine gives up', async () => {
    const { instanceId, epoch } = agent;
    const ids = ['invt-00000000', '', '../../etc/passwd', 'x'.repeat(10_000), "'; DROP TABLE instance; --", '\u0000'];
    for (const invocationTaskId of ids) {
      const start = await agent.bus.request(
        subjects.agentUp(instanceId, 'start'),
        { schema: StartRequestSchema, message: { epoch, invocationTaskId, claim: 'claim-1' } },
        StartReplySchema,
        5_000,
      );
      expect(start.granted).toBe(false);
      const { positions } = await agent.output({
        chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset: 0, data: Buffer.from('x') }],
      });
      expect(positions.every(({ closed }) => closed)).toBe(true);
      const result = await agent.bus.request(
        subjects.agentUp(instanceId, 'result'),
        {
          schema: ResultReportSchema,
          message: { epoch, invocationTaskId, claim: 'claim-1', outcome: TaskOutcome.SUCCESS },
        },
        ResultReplySchema,
        5_000,
      );
      expect(result.committed).toBe(true);
    }
    await works();
  });

  it('that is well formed and absurd is refused, and nothing of it is kept', async () => {
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = await startOn(agent);
    const absurd: [subjects.UpKind, Uint8Array][] = [
      ['hello', toBinary(HelloSchema, create(HelloSchema, { hostName: '', systemName: 'Linux', journalId: 'j' }))],
      ['hello', toBinary(HelloSchema, create(HelloSchema, { hostName: 'h'.repeat(300), systemName: 'BeOS' }))],
      [
        'output',
        toBinary(
          OutputReportSchema,
          create(OutputReportSchema, {
            epoch: agent.epoch,
            chunks: [{ invocationTaskId, stream: 9 as OutputStream, offset: 2 ** 32 - 1, data: Buffer.from('x') }],
          }),
        ),
      ],
      [
        'result',
        toBinary(
          ResultReportSchema,
          create(ResultReportSchema, {
            epoch: agent.epoch,
            invocationTaskId,
            claim: 'claim-1',
            outcome: 99 as TaskOutcome,
          }),
        ),
      ],
    ];
    for (const [kind, bytes] of absurd) publish(kind, bytes);
    await agent.bus.flush();
    // an end that this version has no name for is one that cannot be known
    const task = await untilTaskIs(service, invocationId, TaskStatus.FAILED);
    expect(task.taskResult?.output).toHaveLength(0);
    expect(task.taskResult?.exitCode).toBe(-1);
    expect(task.errorInfo).toMatch(/^INTERRUPTED: /);
  });

  it('with a thousand held tasks in hello is judged', async () => {
    const held = Array.from({ length: 1_000 }, (_, index) => ({
      invocationTaskId: `invt-${String(index).padStart(8, '0')}`,
      state: HeldState.FINISHED,
    }));
    const { verdicts } = await agent.hello({ held });
    expect(verdicts).toHaveLength(1_000);
    await works();
  });

  it('gets no answer on a subject that is not its own', async () => {
    const other = await service.machine();
    const hello = agent.bus.requestRaw(subjects.agentUp(other.instanceId, 'hello'), new Uint8Array(), 300);
    await expect(hello).rejects.toThrow(NoAnswer);
  });
});
