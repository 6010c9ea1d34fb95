import { InstanceKind } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectFakeAgent, type Machine, registerMachine } from './fake-agent.ts';
import { type Fixture, refusalOf, startFixture } from './machines-fixture.ts';

let service: Fixture;
/** Oldest first; the Linux and the Windows machine have registered with a prefix. */
let [machine, linux, windows]: Machine[] = [];

beforeAll(async () => {
  service = await startFixture();
  const plain = await service.instances().createRegisterCode({ instanceKind: InstanceKind.CVM });
  const prefixed = await service.instances().createRegisterCode({ instanceNamePrefix: 'shop' });
  const register = (code: typeof plain, ahead: number, hostName: string, systemName: string) => {
    service.clock.ahead = ahead;
    return registerMachine(service.enrollment, code, { hostName, systemName });
  };
  machine = await register(plain, 0, 'old', 'Linux');
  linux = await register(prefixed, 1_000, 'a', 'Linux');
  windows = await register(prefixed, 2_000, 'b', 'Windows');
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
});

const ids = async (
  request: Parameters<ReturnType<Fixture['instances']>['describeAutomationAgentStatus']>[0],
  as = 'root',
) =>
  (await service.instances(as).describeAutomationAgentStatus(request)).automationAgentSet.map(
    (agent) => agent.instanceId,
  );
it('lists the newest first and pages', async () => {
  const all = [windows!.instanceId, linux!.instanceId, machine!.instanceId];
  expect(await ids({})).toEqual(all);
  const page = await service.instances().describeAutomationAgentStatus({ limit: 1, offset: 1 });
  expect(page.totalCount).toBe(3);
  expect(page.automationAgentSet.map((agent) => agent.instanceId)).toEqual([all[1]]);
});

it('filters', async () => {
  await using agent = await connectFakeAgent(machine!);
  await agent.hello();
  const filter = (name: string, ...values: string[]) => ids({ filters: [{ name, values }] });
  expect(await filter('agent-status', 'Online')).toEqual([machine!.instanceId]);
  expect(await filter('agent-status', 'Offline')).toEqual([windows!.instanceId, linux!.instanceId]);
  expect(await filter('environment', 'Windows')).toEqual([windows!.instanceId]);
  expect(await filter('instance-id', linux!.instanceId, 'ins-unknown0')).toEqual([linux!.instanceId]);
  expect(await filter('instance-name', 'shop-a', 'shop-b')).toEqual([windows!.instanceId, linux!.instanceId]);
  const both = [
    { name: 'agent-status', values: ['Offline'] },
    { name: 'environment', values: ['Linux'] },
  ];
  expect(await ids({ filters: both })).toEqual([linux!.instanceId]);
});

it('leaves out what the caller may not see, unknown ids, and other accounts', async () => {
  decideByPolicies(service.iam, {
    effect: 'allow',
    action: 'tat:DescribeAutomationAgents',
    resource: `qcs::tat:::register-instance/${linux!.instanceId}`,
  });
  const seen = await service.instances('user').describeAutomationAgentStatus({});
  expect(seen.automationAgentSet.map((agent) => agent.instanceId)).toEqual([linux!.instanceId]);
  expect(seen.totalCount).toBe(1);
  const denied = service.instances('user').describeAutomationAgentStatus({ instanceIds: [machine!.instanceId] });
  expect((await refusalOf(denied)).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  expect(await ids({ instanceIds: ['ins-unknown0', machine!.instanceId] })).toEqual([machine!.instanceId]);
  expect(await ids({}, 'root@100000000099')).toEqual([]);
  expect(await ids({ instanceIds: [machine!.instanceId] }, 'root@100000000099')).toEqual([]);
});

it('asks for one plan of each kind of machine, in one question', async () => {
  service.iam.planned.length = 0;
  await ids({});
  expect(service.iam.planned.map((question) => question.kinds)).toEqual([
    [
      'qcs::cvm:ap-guangzhou::instance/*',
      'qcs::lighthouse:ap-guangzhou::instance/*',
      'qcs::tat:ap-guangzhou::register-instance/*',
    ],
  ]);
});

it.each([
  [
    'ids and filters',
    { instanceIds: ['ins-abcdefgh'], filters: [{ name: 'environment', values: ['Linux'] }] },
    'InvalidParameter.ConflictParameter',
  ],
  ['what is no instance id', { instanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
  [
    '101 ids',
    { instanceIds: Array.from({ length: 101 }, () => 'ins-abcdefgh') },
    'InvalidParameterValue.LimitExceeded',
  ],
  ['an unknown filter', { filters: [{ name: 'colour', values: ['red'] }] }, 'InvalidParameterValue.InvalidFilter'],
  [
    'an unknown status',
    { filters: [{ name: 'agent-status', values: ['Asleep'] }] },
    'InvalidParameterValue.InvalidFilter',
  ],
  ['a page of 101', { limit: 101 }, 'InvalidParameterValue'],
])('refuses %s', async (_, request, reason) => {
  expect((await refusalOf(service.instances().describeAutomationAgentStatus(request))).reason).toBe(reason);
});
