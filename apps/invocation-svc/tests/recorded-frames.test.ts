import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { subjects } from '@muster/bus';
import {
  AgentStatus,
  HelloReplySchema,
  OutputReplySchema,
  ResultReplySchema,
  SignedTaskSchema,
  StartReplySchema,
  TaskOrderSchema,
  TaskStatus,
} from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFakeAgent } from './fake-agent.ts';
import { type Fixture, run, startFixture, untilTaskIs } from './runs-fixture.ts';

/** What an agent once said over the wire while it ran `echo recorded; exit 3`, each message in base64. Never edited, only added to. */
interface Recording {
  /** The id of the task in them. */
  readonly task: string;
  readonly hello: string;
  readonly heartbeat: string;
  readonly start: string;
  readonly output: string;
  readonly result: string;
}

const FOLDER = join(import.meta.dirname, 'recorded-frames');
const recordings = readdirSync(FOLDER).map((file) => {
  const recording = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Recording;
  return [file.replace('.json', ''), recording] as const;
});

let service: Fixture;
beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());

describe.each([
  ['as it was', (frame: Uint8Array) => frame],
  [
    'with a field of a later version',
    (frame: Uint8Array) =>
      new BinaryWriter().raw(frame).tag(999, WireType.LengthDelimited).string('from the future').finish(),
  ],
])('F50: what an agent of another version says, %s', (_, dressed) => {
  it.each(recordings)('%s is understood from hello to result', async (__, recording) => {
    const machine = await service.machine();
    const { instanceId } = machine;
    await using agent = await connectFakeAgent(machine);
    const bytesOf = (kind: keyof Recording, task = recording.task) => {
      const recorded = Buffer.from(recording[kind], 'base64').toString('latin1');
      return dressed(Buffer.from(recorded.replaceAll(recording.task, task), 'latin1'));
    };
    const ask = (kind: 'hello' | 'start' | 'output' | 'result', task?: string) =>
      agent.bus.requestRaw(subjects.agentUp(instanceId, kind), bytesOf(kind, task), 5_000);

    const { epoch } = fromBinary(HelloReplySchema, await ask('hello'));
    // the number that is in all that was recorded
    expect(epoch).toBe(1n);
    const orders: Uint8Array[] = [];
    agent.bus.subscribeRaw(subjects.agentDownOfSession(instanceId, epoch), (data, subject) => {
      if (subjects.downKindOf(subject) === 'task') orders.push(data);
    });
    await agent.bus.flush();
    agent.bus.connection.publish(subjects.agentUp(instanceId, 'heartbeat'), bytesOf('heartbeat'));
    const { automationAgentSet } = await service
      .instances()
      .describeAutomationAgentStatus({ instanceIds: [instanceId] });
    expect(automationAgentSet).toMatchObject([
      { agentStatus: AgentStatus.ONLINE, version: '0.1.0', environment: 'Linux', supportFeatures: ['SHELL', 'PYTHON'] },
    ]);

    const invocationId = await run(service, [{ instanceId }]);
    const { order } = fromBinary(SignedTaskSchema, await eventually('the order', () => orders[0]));
    const { invocationTaskId } = fromBinary(TaskOrderSchema, order);
    expect(invocationTaskId).toHaveLength(recording.task.length);
    expect(fromBinary(StartReplySchema, await ask('start', invocationTaskId)).granted).toBe(true);
    const { positions } = fromBinary(OutputReplySchema, await ask('output', invocationTaskId));
    expect(positions).toMatchObject([{ invocationTaskId, stdoutNext: 9 }]);
    expect(fromBinary(ResultReplySchema, await ask('result', invocationTaskId)).committed).toBe(true);
    const task = await untilTaskIs(service, invocationId, TaskStatus.FAILED);
    expect(task.taskResult).toMatchObject({ exitCode: 3, output: Buffer.from('recorded\n') });
  });
});
