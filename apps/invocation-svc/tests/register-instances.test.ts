import type { MessageInitShape } from '@bufbuild/protobuf';
import { AgentStatus, type DescribeRegisterInstancesRequestSchema } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerMachine } from './fake-agent.ts';
import { filtersOf, type ListedMachines, listedMachines } from './listed-machines.ts';
import { type Fixture, outcomeOf, startFixture } from './machines-fixture.ts';

// ResourceNotFound.RoleNotFound and UnauthorizedOperation.AssumeRoleUnauthorized, which section 13.2 declares for every action here, cannot
// occur: they are about a role that the hosted service takes on to reach its own parts (section 10.8); Muster takes on none.

type Request = MessageInitShape<typeof DescribeRegisterInstancesRequestSchema>;

const STRANGER = 'root@100000000099';
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

const list = (request: Request, as = 'root') => service.instances(as).describeRegisterInstances(request);
const idOf = (name: keyof ListedMachines['machines']) => listed.machines[name].instanceId;
async function names(request: Request, as = 'root'): Promise<string[]> {
  const { registerInstanceSet } = await list(request, as);
  return listed.namesOf(registerInstanceSet.map(({ instanceId }) => instanceId));
}
/** A machine that the lists are not tried on: it lives in another account. */
async function machine(tags: { key: string; value: string }[] = []) {
  return registerMachine(service.enrollment, await service.instances(STRANGER).createRegisterCode({ tags }));
}

describe('DescribeRegisterInstances', () => {
  it.each<[string, Request, string]>([
    ['nothing', {}, 'answered'],
    // ConflictParameter and LimitExceeded are not declared for this action; Muster refuses the same way in every list
    [
      'ids and filters',
      { instanceIds: ['rins-abcdefgh'], ...filter('sys-name', 'Linux') },
      'InvalidParameter.ConflictParameter',
    ],
    ['what is no instance id', { instanceIds: ['r-1'] }, 'InvalidParameterValue.InvalidRegisterInstanceId'],
    ['an empty id', { instanceIds: [''] }, 'InvalidParameterValue.InvalidRegisterInstanceId'],
    ['ids of every kind', { instanceIds: ['rins-abcdefgh', 'ins-abcdefgh', 'lhins-abcdefgh'] }, 'answered'],
    ['100 ids', { instanceIds: Array(100).fill('rins-abcdefgh') }, 'answered'],
    ['101', { instanceIds: Array(101).fill('rins-abcdefgh') }, 'InvalidParameterValue.LimitExceeded'],
    ['10 filters', { filters: Array(10).fill({ name: 'sys-name', values: ['Linux'] }) }, 'answered'],
    ['11', { filters: Array(11).fill({ name: 'sys-name', values: ['Linux'] }) }, 'InvalidParameterValue.LimitExceeded'],
    ['5 values', filter('local-ip', '1', '2', '3', '4', '5'), 'answered'],
    ['6', filter('local-ip', '1', '2', '3', '4', '5', '6'), 'LimitExceeded.FilterValueExceeded'],
    ['no value', filter('local-ip'), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown filter', filter('colour', 'red'), 'InvalidParameterValue.InvalidFilter'],
    ['a filter of another action', filter('agent-status', 'Online'), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown status', filter('register-status', 'Asleep'), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown system', filter('sys-name', 'Plan9'), 'InvalidParameterValue.InvalidFilter'],
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
    [{ 'instance-name': ['shop-a'] }, ['shop']],
    [{ 'instance-name': ['a'] }, []],
    [{ 'instance-id': ['LEAN', 'rins-unknown0'] }, ['lean']],
    [{ 'register-status': ['Online'] }, ['old']],
    [{ 'register-status': ['Offline'] }, ['win', 'shop', 'lean']],
    [{ 'local-ip': ['10.0.0.2', '10.0.0.3'] }, ['shop', 'lean']],
    [{ 'register-code-id': ['SHOP'] }, ['win', 'shop']],
    [{ 'register-code-id': ['SHOP', 'PLAIN'] }, ['win', 'shop', 'old']],
    [{ 'sys-name': ['Windows'] }, ['win']],
    [{ 'tag-key': ['env'] }, ['win', 'shop']],
    [{ 'tag-value': ['test'] }, ['win']],
    [{ 'tag:env': ['prod'] }, ['shop']],
    [{ 'tag:env': ['shop'] }, []],
    [{ 'register-code-id': ['SHOP'], 'sys-name': ['Linux'] }, ['shop']],
  ])('filtered by %j shows %j', async (given, expected) => {
    const ids: Record<string, string> = { LEAN: idOf('lean'), SHOP: listed.codes.shop, PLAIN: listed.codes.plain };
    const filters = filtersOf(given).map(({ name, values }) => ({
      name,
      values: values.map((value) => ids[value] ?? value),
    }));
    const { totalCount } = await list({ filters });
    expect([await names({ filters }), totalCount]).toEqual([expected, expected.length]);
  });

  it('tells all that is known of a machine', async () => {
    const { registerInstanceSet } = await list({ instanceIds: [idOf('win')] });
    expect(registerInstanceSet[0]).toMatchObject({
      registerCodeId: listed.codes.shop,
      instanceName: 'shop-b',
      machineId: '',
      systemName: 'Windows',
      hostName: 'b',
      localIp: '10.0.0.4',
      publicKey: listed.machines.win.key.getPublicKey(),
      status: AgentStatus.OFFLINE,
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'env', value: 'test' },
      ],
    });
    expect(registerInstanceSet[0]?.createdTime).toBeDefined();
    expect(registerInstanceSet[0]?.cloneNoticedTime).toBeUndefined();
  });

  it('shows a page at a time what the caller may see, and other accounts nothing', async () => {
    expect(await names({ limit: 2, offset: 1 })).toEqual(['shop', 'lean']);
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: 'tat:DescribeRegisterInstances',
      condition: { string_equal: { 'qcs:resource_tag/env': 'prod' } },
    });
    expect(await names({}, 'user')).toEqual(['shop']);
    expect((await list({}, 'user')).totalCount).toBe(1);
    const denied = list({ instanceIds: [idOf('shop'), idOf('win')] }, 'user');
    expect(await outcomeOf(denied)).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(await names({ instanceIds: [idOf('shop')] }, STRANGER)).toEqual([]);
  });
});

describe('ModifyRegisterInstance', () => {
  const rename = (instanceId: string, instanceName: string, { as = STRANGER, clientToken = '' } = {}) =>
    service.instances(as).modifyRegisterInstance({ instanceId, instanceName, clientToken });
  const nameOf = async (instanceId: string) =>
    (await list({ instanceIds: [instanceId] }, STRANGER)).registerInstanceSet[0]?.instanceName;

  it.each<[string, string | undefined, string, string]>([
    ['no id', '', 'web', 'MissingParameter'],
    ['what is no id', 'r-1', 'web', 'InvalidParameterValue.InvalidRegisterInstanceId'],
    ['no name', undefined, '', 'MissingParameter'],
    ['a name of 1 character', undefined, 'w', 'answered'],
    ['60', undefined, '机'.repeat(60), 'answered'],
    ['61', undefined, 'w'.repeat(61), 'InvalidParameterValue.TooLong'],
    ['a name that a terminal would obey', undefined, 'web\u001b[2J', 'InvalidParameterValue'],
    // not declared for this action; the same as for DeleteRegisterInstance
    ['an unknown machine', 'rins-unknown0', 'web', 'ResourceNotFound.RegisterInstanceNotFoundCode'],
  ])('given %s', async (_, id, name, outcome) => {
    const { instanceId } = await machine();
    expect(await outcomeOf(rename(id ?? instanceId, name))).toBe(outcome);
    if (outcome === 'answered') expect(await nameOf(instanceId)).toBe(name);
  });

  it('does not know machines of another account', async () => {
    expect(await outcomeOf(rename(idOf('old'), 'mine'))).toBe('ResourceNotFound.RegisterInstanceNotFoundCode');
  });

  it('is decided on the machine, with its tags', async () => {
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: 'tat:ModifyRegisterInstance',
      condition: { string_equal: { 'qcs:resource_tag/env': 'prod' } },
    });
    expect(await outcomeOf(rename(idOf('win'), 'no', { as: 'user' }))).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(await outcomeOf(rename('rins-unknown0', 'no', { as: 'user' }))).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(await outcomeOf(rename(idOf('shop'), 'shop-a', { as: 'user' }))).toBe('answered');
  });

  it('is done once for a client token', async () => {
    const { instanceId } = await machine();
    const once = { clientToken: crypto.randomUUID() };
    await rename(instanceId, 'first', once);
    await rename(instanceId, 'second');
    await rename(instanceId, 'first', once);
    expect(await nameOf(instanceId)).toBe('second');
    expect(await outcomeOf(rename(instanceId, 'third', once))).toBe('InvalidParameterValue');
    const long = { clientToken: 't'.repeat(65) };
    expect(await outcomeOf(rename(instanceId, 'third', long))).toBe('InvalidParameterValue.TooLong');
  });
});

// what removing does to the machine, its tasks and its connection is in removal.test.ts
describe('DeleteRegisterInstance', () => {
  const remove = (instanceId: string, { as = STRANGER, clientToken = '' } = {}) =>
    service.instances(as).deleteRegisterInstance({ instanceId, clientToken });

  it.each<[string, string | undefined, string]>([
    ['no id', '', 'MissingParameter'],
    ['what is no id', 'r-1', 'InvalidParameterValue.InvalidRegisterInstanceId'],
    ['an unknown machine', 'rins-unknown0', 'ResourceNotFound.RegisterInstanceNotFoundCode'],
    ['a machine', undefined, 'answered'],
  ])('given %s', async (_, id, outcome) => {
    const { instanceId } = await machine();
    expect(await outcomeOf(remove(id ?? instanceId))).toBe(outcome);
    expect((await list({ instanceIds: [instanceId] }, STRANGER)).totalCount).toBe(outcome === 'answered' ? 0 : 1);
  });

  it('does not know machines of another account', async () => {
    expect(await outcomeOf(remove(idOf('old')))).toBe('ResourceNotFound.RegisterInstanceNotFoundCode');
    expect(await names({ instanceIds: [idOf('old')] })).toEqual(['old']);
  });

  it('is decided on the machine, with its tags', async () => {
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: 'tat:DeleteRegisterInstance',
      resource: 'qcs::tat:::register-instance/*',
      condition: { string_equal: { 'qcs:resource_tag/env': 'none' } },
    });
    expect(await outcomeOf(remove(idOf('win'), { as: 'user' }))).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(await outcomeOf(remove('rins-unknown0', { as: 'user' }))).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(await names({ instanceIds: [idOf('win')] })).toEqual(['win']);
  });

  it('takes a client token of 64 characters and not of 65', async () => {
    const { instanceId } = await machine();
    const long = { clientToken: 't'.repeat(65) };
    expect(await outcomeOf(remove(instanceId, long))).toBe('InvalidParameterValue.TooLong');
    expect(await outcomeOf(remove(instanceId, { clientToken: 't'.repeat(64) }))).toBe('answered');
  });
});

function filter(name: string, ...values: string[]): Request {
  return { filters: [{ name, values }] };
}
