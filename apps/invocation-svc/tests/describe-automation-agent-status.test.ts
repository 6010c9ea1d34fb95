import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DescribeAutomationAgentStatusRequestSchema } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { filtersOf, type ListedMachines, listedMachines } from './listed-machines.ts';
import { type Fixture, outcomeOf, refusalOf, startFixture } from './machines-fixture.ts';

// Declared codes of spec section 13.2 that cannot occur here:
// - UnauthorizedOperation.InvalidToken: a token that is not valid is refused before the action, as AuthFailure.TokenFailure.
// - UnauthorizedOperation.MFAExpired, .MFANotFound: whether somebody proved an authenticator is a condition of policies; who did not is
//   refused as CamAuthFailed.
// - InternalError: no request brings it about; whatever breaks inside is told so (libs/rpc's tests).
// - InvalidParameter and UnsupportedOperation: nothing about the request is malformed that its type does not rule out already.

type Request = MessageInitShape<typeof DescribeAutomationAgentStatusRequestSchema>;

let service: Fixture;
let listed: ListedMachines;

beforeAll(async () => {
  service = await startFixture();
  listed = await listedMachines(service);
});
afterAll(async () => {
  await listed[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
});

const list = (request: Request, as = 'root') => service.instances(as).describeAutomationAgentStatus(request);
async function names(request: Request, as = 'root'): Promise<string[]> {
  const { automationAgentSet } = await list(request, as);
  return listed.namesOf(automationAgentSet.map(({ instanceId }) => instanceId));
}
const idOf = (name: keyof ListedMachines['machines']) => listed.machines[name].instanceId;

it.each<[string, Request, string]>([
  ['nothing', {}, 'answered'],
  [
    'ids and filters',
    { instanceIds: ['ins-abcdefgh'], ...filter('environment', 'Linux') },
    'InvalidParameter.ConflictParameter',
  ],
  ['what is no instance id', { instanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
  ['an empty id', { instanceIds: [''] }, 'InvalidParameterValue.InvalidInstanceId'],
  ['100 ids', { instanceIds: Array(100).fill('ins-abcdefgh') }, 'answered'],
  ['101', { instanceIds: Array(101).fill('ins-abcdefgh') }, 'InvalidParameterValue.LimitExceeded'],
  ['10 filters', { filters: Array(10).fill({ name: 'environment', values: ['Linux'] }) }, 'answered'],
  [
    '11',
    { filters: Array(11).fill({ name: 'environment', values: ['Linux'] }) },
    'InvalidParameterValue.LimitExceeded',
  ],
  ['5 values', filter('instance-id', '1', '2', '3', '4', '5'), 'answered'],
  ['6', filter('instance-id', '1', '2', '3', '4', '5', '6'), 'LimitExceeded.FilterValueExceeded'],
  ['no value', filter('instance-id'), 'InvalidParameterValue.InvalidFilter'],
  ['an unknown filter', filter('colour', 'red'), 'InvalidParameterValue.InvalidFilter'],
  ['a filter of another action', filter('register-status', 'Online'), 'InvalidParameterValue.InvalidFilter'],
  ['an unknown status', filter('agent-status', 'Asleep'), 'InvalidParameterValue.InvalidFilter'],
  ['an unknown environment', filter('environment', 'Plan9'), 'InvalidParameterValue.InvalidFilter'],
  ['a tag filter without a key', filter('tag:', 'v'), 'InvalidParameterValue.InvalidFilter'],
  ['Limit 0', { limit: 0 }, 'InvalidParameterValue'],
  ['1', { limit: 1 }, 'answered'],
  ['100', { limit: 100 }, 'answered'],
  ['101', { limit: 101 }, 'InvalidParameterValue'],
  ['an Offset past the end', { offset: 1_000_000 }, 'answered'],
])('given %s', async (_, request, outcome) => {
  expect(await outcomeOf(list(request))).toBe(outcome);
});

it.each<[Record<string, string[]>, string[]]>([
  [{}, ['win', 'shop', 'lean', 'old']],
  [{ 'agent-status': ['Online'] }, ['old']],
  [{ 'agent-status': ['Offline'] }, ['win', 'shop', 'lean']],
  [{ 'agent-status': ['Offline', 'Online'] }, ['win', 'shop', 'lean', 'old']],
  [{ environment: ['Windows'] }, ['win']],
  [{ environment: ['Linux', 'Darwin'] }, ['shop', 'lean', 'old']],
  [{ 'instance-id': ['OLD', 'ins-unknown0'] }, ['old']],
  [{ 'instance-name': ['shop-a', 'shop-b'] }, ['win', 'shop']],
  [{ 'instance-name': ['shop'] }, []],
  [{ 'tag-key': ['team'] }, ['win', 'shop']],
  [{ 'tag-value': ['prod'] }, ['shop']],
  [{ 'tag:env': ['test', 'none'] }, ['win']],
  [{ 'tag:team': ['prod'] }, []],
  [{ 'tag:team': ['shop'], 'tag:env': ['prod'] }, ['shop']],
  [{ 'agent-status': ['Offline'], environment: ['Linux'] }, ['shop', 'lean']],
])('filtered by %j shows %j', async (given, expected) => {
  const filters = filtersOf(given).map(({ name, values }) => ({
    name,
    values: values.map((value) => (value === 'OLD' ? idOf('old') : value)),
  }));
  const { totalCount } = await list({ filters });
  expect([await names({ filters }), totalCount]).toEqual([expected, expected.length]);
});

it('shows the newest first, a page at a time, with the count of all', async () => {
  const page = await list({ limit: 2, offset: 1 });
  expect(page.totalCount).toBe(4);
  expect(listed.namesOf(page.automationAgentSet.map(({ instanceId }) => instanceId))).toEqual(['shop', 'lean']);
});

it('leaves out what the caller may not see, unknown ids, and other accounts', async () => {
  decideByPolicies(service.iam, {
    effect: 'allow',
    // the name that CAM's own table has for the action (cam-iam 12.2)
    action: 'tat:DescribeAutomationAgents',
    resource: `qcs::tat:::register-instance/${idOf('shop')}`,
  });
  const seen = await list({}, 'user');
  expect(listed.namesOf(seen.automationAgentSet.map(({ instanceId }) => instanceId))).toEqual(['shop']);
  expect(seen.totalCount).toBe(1);
  const denied = list({ instanceIds: [idOf('shop'), idOf('old')] }, 'user');
  expect((await refusalOf(denied)).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  expect(await names({ instanceIds: ['ins-unknown0', idOf('old'), idOf('old')] })).toEqual(['old']);
  expect(await names({}, 'root@100000000099')).toEqual([]);
  expect(await names({ instanceIds: [idOf('old')] }, 'root@100000000099')).toEqual([]);
});

it('asks for one plan of each kind of machine, in one question', async () => {
  service.iam.planned.length = 0;
  await names({});
  expect(service.iam.planned.map((question) => question.kinds)).toEqual([
    [
      'qcs::cvm:ap-guangzhou::instance/*',
      'qcs::lighthouse:ap-guangzhou::instance/*',
      'qcs::tat:ap-guangzhou::register-instance/*',
    ],
  ]);
});

function filter(name: string, ...values: string[]): Request {
  return { filters: [{ name, values }] };
}
