import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { OutputStream, type SearchTaskOutputRequestSchema, type SearchTaskOutputResponse } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn } from './runs-fixture.ts';

const { STDOUT, STDERR } = OutputStream;

let service: Fixture;
let agents: FakeAgent[];
/** A run on three machines, and its tasks in the order of the run. */
let invocationId: string;
let tasks: string[];
/** When the first byte was on its way. */
let began: number;

const OUTPUTS = [
  ['ready\nError: disk full\n', 'an error here\r\n'],
  ['all good\n', ''],
  [`${'-'.repeat(2_000)}error${'+'.repeat(2_000)} error\nlast ERROR`, 'nothing\n'],
] as const;

beforeAll(async () => {
  service = await startFixture();
  agents = [await service.agent(), await service.agent(), await service.agent()];
  invocationId = await run(service, agents);
  tasks = [];
  began = Date.now();
  for (const [index, agent] of agents.entries()) {
    const { invocationTaskId } = await startOn(agent);
    tasks.push(invocationTaskId);
    const [out, err] = OUTPUTS[index]!;
    for (const [stream, text] of [
      [STDOUT, out],
      [STDERR, err],
    ] as const) {
      // every hit lies on an edge of what was reported
      const step = text.length > 1_000 ? 667 : 3;
      for (let offset = 0; offset < text.length; offset += step) {
        const data = bytes(text.slice(offset, offset + step));
        await agent.output({ chunks: [{ invocationTaskId, stream, offset, data }] });
      }
    }
    if (index < 2) await finish(agent, { invocationTaskId }, { stdoutLength: out.length, stderrLength: err.length });
  }
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
});

type Request = MessageInitShape<typeof SearchTaskOutputRequestSchema>;

function search(request: Request, credential?: string): Promise<SearchTaskOutputResponse[]> {
  return Array.fromAsync(service.runs(credential).searchTaskOutput(request));
}

/** Which task by its place in the run, which output, which line, where, and what of it is shown. */
function brief({ invocationTaskId, stream, lineNumber, offset, line }: SearchTaskOutputResponse) {
  const text = new TextDecoder().decode(line);
  return [tasks.indexOf(invocationTaskId), stream, lineNumber, offset, text];
}

const HITS = {
  disk: [0, STDOUT, 2, 6, 'Error: disk full'],
  here: [0, STDERR, 1, 3, 'an error here'],
  long: [2, STDOUT, 1, 2_000, `${'-'.repeat(509)}error${'+'.repeat(510)}`],
  last: [2, STDOUT, 2, 4_017, 'last ERROR'],
};

it.each<[string, Request, unknown[][]]>([
  ['a run', { text: 'error' }, [HITS.here, HITS.long]],
  ['a run, whatever the case', { text: 'ERROR', ignoreCase: true }, [HITS.disk, HITS.here, HITS.long, HITS.last]],
  ['one output', { text: 'error', ignoreCase: true, stream: STDERR }, [HITS.here]],
  ['the other output', { text: 'error', ignoreCase: true, stream: STDOUT }, [HITS.disk, HITS.long, HITS.last]],
  ['as much as is asked for', { text: 'error', ignoreCase: true, limit: 3 }, [HITS.disk, HITS.here, HITS.long]],
  ['the most there may be', { text: 'error', limit: 10_000 }, [HITS.here, HITS.long]],
  ['what has no meaning', { text: 'Error: .*' }, []],
  ['what nobody wrote', { text: 'x'.repeat(256) }, []],
])('finds in %s', async (_, request, hits) => {
  expect((await search({ invocationId, ...request })).map(brief)).toEqual(hits);
});

it('finds in one task, also while it runs, and says where and when', async () => {
  const [found] = await search({ invocationTaskId: tasks[2]!, text: 'last' });
  expect(found).toMatchObject({ instanceId: agents[2]!.instanceId, lineNumber: 2, offset: 4_012 });
  expect(found!.instanceName).not.toBe('');
  expect(timestampMs(found!.time!)).toBeGreaterThanOrEqual(began);
  expect(timestampMs(found!.time!)).toBeLessThanOrEqual(Date.now());
  expect(await search({ invocationTaskId: tasks[1]!, text: 'last' })).toEqual([]);
});

it('shows what may be seen of a run, and refuses a task that may not be', async () => {
  const [hidden] = agents;
  decideByPolicies(
    service.iam,
    { effect: 'allow', action: 'tat:DescribeInvocationTasks' },
    { effect: 'deny', action: 'tat:*', resource: `qcs::cvm:::instance/${hidden!.instanceId}` },
  );
  const seen = await search({ invocationId, text: 'error', ignoreCase: true }, 'user');
  expect(seen.map(brief)).toEqual([HITS.long, HITS.last]);
  expect(await search({ invocationId, text: 'disk' }, 'user')).toEqual([]);
  const denied = await refusalOf(search({ invocationTaskId: tasks[0]!, text: 'error' }, 'user'));
  expect(denied.reason).toBe('UnauthorizedOperation.CamAuthFailed');
  expect(denied.details.resource).toContain(hidden!.instanceId);
});

it.each<[Request, string]>([
  [{ text: 'a' }, 'MissingParameter'],
  [
    { invocationId: 'inv-00000000', invocationTaskId: 'invt-00000000', text: 'a' },
    'InvalidParameter.ConflictParameter',
  ],
  [{ invocationId: 'invt-00000000', text: 'a' }, 'InvalidParameterValue.InvalidInvocationId'],
  [{ invocationTaskId: 'inv-00000000', text: 'a' }, 'InvalidParameterValue.InvalidInvocationTaskId'],
  [{ invocationId: 'inv-00000000', text: 'a' }, 'ResourceNotFound.InvocationNotFound'],
  [{ invocationTaskId: 'invt-00000000', text: 'a' }, 'ResourceNotFound'],
  [{ invocationId: 'inv-00000000' }, 'MissingParameter'],
  [{ invocationId: 'inv-00000000', text: 'x'.repeat(257) }, 'InvalidParameterValue.TooLong'],
  [{ invocationId: 'inv-00000000', text: 'é'.repeat(129) }, 'InvalidParameterValue.TooLong'],
  [{ invocationId: 'inv-00000000', text: 'a\nb' }, 'InvalidParameterValue'],
  [{ invocationId: 'inv-00000000', text: 'a\r' }, 'InvalidParameterValue'],
  [{ invocationId: 'inv-00000000', text: 'a', limit: 0 }, 'InvalidParameterValue.Range'],
  [{ invocationId: 'inv-00000000', text: 'a', limit: 10_001 }, 'InvalidParameterValue.Range'],
])('refuses %j', async (request, reason) => {
  expect((await refusalOf(search(request))).reason).toBe(reason);
});

it('knows no run and no task of another account', async () => {
  const foreign = 'root@100000000099';
  const ofRun = await refusalOf(search({ invocationId, text: 'error' }, foreign));
  expect(ofRun.reason).toBe('ResourceNotFound.InvocationNotFound');
  const ofTask = await refusalOf(search({ invocationTaskId: tasks[0]!, text: 'error' }, foreign));
  expect(ofTask.reason).toBe('ResourceNotFound');
});
