import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CreateRegisterCodeRequestSchema } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, registerMachine } from './fake-agent.ts';
import { type Fixture, refusalOf, startFixture } from './machines-fixture.ts';

let service: Fixture;
beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
});

type Tag = { key: string; value: string };
const tag = (key: string, value = 'v'): Tag => ({ key, value });
const tags = (count: number, prefix = 'k') => Array.from({ length: count }, (_, index) => tag(`${prefix}${index}`));

const code = (request: MessageInitShape<typeof CreateRegisterCodeRequestSchema> = {}, as = 'root') =>
  service.instances(as).createRegisterCode(request);
async function machine(...given: Tag[]): Promise<Machine> {
  return registerMachine(service.enrollment, await code({ tags: given }));
}
async function tagsOfMachine(instanceId: string) {
  const { automationAgentSet } = await service.instances().describeAutomationAgentStatus({ instanceIds: [instanceId] });
  return automationAgentSet[0]!.tags.map(({ key, value }) => tag(key, value));
}
async function tagsOfCode(registerCodeId: string) {
  const { registerCodeSet } = await service.instances().describeRegisterCodes({ registerCodeIds: [registerCodeId] });
  return registerCodeSet[0]!.tags.map(({ key, value }) => tag(key, value));
}

describe('a register code', () => {
  it('gives its tags to the machines that register with it, as it has them then', async () => {
    const made = await code({ tags: [tag('env', 'prod'), tag('team', 'ops')] });
    const { registerCodeId } = made;
    expect(await tagsOfCode(registerCodeId)).toEqual([tag('env', 'prod'), tag('team', 'ops')]);
    const early = await registerMachine(service.enrollment, made);
    await service.instances().tagRegisterCodes({ registerCodeIds: [registerCodeId], tags: [tag('env', 'test')] });
    await service.instances().untagRegisterCodes({ registerCodeIds: [registerCodeId], tagKeys: ['team', 'none'] });
    const late = await registerMachine(service.enrollment, made);
    expect(await tagsOfMachine(early.instanceId)).toEqual([tag('env', 'prod'), tag('team', 'ops')]);
    expect(await tagsOfMachine(late.instanceId)).toEqual([tag('env', 'test')]);
  });

  it('begins with at most 50 tags', async () => {
    expect(await tagsOfCode((await code({ tags: tags(50) })).registerCodeId)).toHaveLength(50);
    for (const given of [tags(51), [tag('qcs:a')], [tag('a'), tag('a')]]) {
      expect((await refusalOf(code({ tags: given }))).reason).toBe('InvalidParameterValue');
    }
  });

  it('is made with the tags that a policy on request tags allows', async () => {
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: 'tat:CreateRegisterCode',
      condition: { 'for_any_value:string_equal': { 'qcs:request_tag': 'team&ops' } },
    });
    await code({ tags: [tag('team', 'ops')] }, 'user');
    expect((await refusalOf(code({}, 'user'))).kind).toBe('denied');
  });

  it('is seen by a policy on its tags', async () => {
    const [mine, theirs] = [await code({ tags: [tag('of', 'mine')] }), await code({ tags: [tag('of', 'theirs')] })];
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: 'tat:DescribeRegisterCodes',
      condition: { string_equal: { 'qcs:resource_tag/of': 'mine' } },
    });
    const seen = await service.instances('user').describeRegisterCodes({});
    expect([seen.totalCount, seen.registerCodeSet.map((each) => each.registerCodeId)]).toEqual([
      1,
      [mine.registerCodeId],
    ]);
    const named = service.instances('user').describeRegisterCodes({ registerCodeIds: [theirs.registerCodeId] });
    expect((await refusalOf(named)).kind).toBe('denied');
  });

  it.each([
    [[], [tag('a')], 'MissingParameter'],
    [['rc-1'], [tag('a')], 'InvalidParameterValue.InvalidRegisterCodeId'],
    [[crypto.randomUUID()], [tag('a')], 'ResourceNotFound.RegisterCodesNotFoundCode'],
    [[crypto.randomUUID()], [], 'MissingParameter'],
    [Array.from({ length: 201 }, () => crypto.randomUUID()), [tag('a')], 'InvalidParameterValue.LimitExceeded'],
  ])('that is none is refused: %.60j, tags %j, %s', async (registerCodeIds, given, reason) => {
    const refusal = await refusalOf(service.instances().tagRegisterCodes({ registerCodeIds, tags: given }));
    expect(refusal.reason).toBe(reason);
  });
});

describe('a machine', () => {
  it('has tags set and taken, with others at once', async () => {
    const [one, other] = [await machine(tag('a', '1'), tag('b')), await machine()];
    const instanceIds = [one.instanceId, other.instanceId];
    await service.instances().tagInstances({ instanceIds, tags: [tag('a', '2'), tag('c')] });
    expect(await tagsOfMachine(one.instanceId)).toEqual([tag('a', '2'), tag('b'), tag('c')]);
    await service.instances().untagInstances({ instanceIds, tagKeys: ['a', 'b'] });
    expect(await tagsOfMachine(one.instanceId)).toEqual([tag('c')]);
    expect(await tagsOfMachine(other.instanceId)).toEqual([tag('c')]);
  });

  it('has at most 50 tags; a call that would give one more changes nothing at all', async () => {
    const [full, empty] = [await machine(...tags(50)), await machine()];
    const instanceIds = [empty.instanceId, full.instanceId];
    const refusal = await refusalOf(service.instances().tagInstances({ instanceIds, tags: [tag('more')] }));
    expect(refusal).toMatchObject({ kind: 'exhausted', reason: 'FailedOperation.TagResourceFailed' });
    expect(await tagsOfMachine(empty.instanceId)).toEqual([]);
    await service.instances().tagInstances({ instanceIds: [full.instanceId], tags: tags(50) });
    expect(await tagsOfMachine(full.instanceId)).toHaveLength(50);
  });

  it('has its tags changed once for a client token', async () => {
    const [{ instanceId }, { registerCodeId }] = [await machine(), await code()];
    const instances = service.instances();
    const a = [tag('a')];
    const token = { clientToken: 'tags-1' };
    const of = { instanceIds: [instanceId] };
    const ofCode = { registerCodeIds: [registerCodeId] };
    for (let times = 0; times < 2; times++) {
      await instances.tagInstances({ ...of, tags: a, ...token });
      await instances.tagRegisterCodes({ ...ofCode, tags: a, ...token });
      await instances.untagInstances({ ...of, tagKeys: ['a'] });
      await instances.untagRegisterCodes({ ...ofCode, tagKeys: ['a'] });
    }
    expect([await tagsOfMachine(instanceId), await tagsOfCode(registerCodeId)]).toEqual([[], []]);
    for (let times = 0; times < 2; times++) {
      await instances.untagInstances({ ...of, tagKeys: ['a'], ...token });
      await instances.untagRegisterCodes({ ...ofCode, tagKeys: ['a'], ...token });
      await instances.tagInstances({ ...of, tags: a });
      await instances.tagRegisterCodes({ ...ofCode, tags: a });
    }
    expect([await tagsOfMachine(instanceId), await tagsOfCode(registerCodeId)]).toEqual([a, a]);
    const other = instances.tagInstances({ ...of, tags: [tag('b')], ...token });
    expect((await refusalOf(other)).reason).toBe('InvalidParameterValue');
  });

  it('of another account is as unknown as one that is none', async () => {
    const { instanceId } = await machine(tag('a'));
    for (const [as, id] of [
      ['root@100000000099', instanceId],
      ['root', 'ins-unknown0'],
    ] as const) {
      const setting = service.instances(as).tagInstances({ instanceIds: [id], tags: [tag('b')] });
      expect((await refusalOf(setting)).reason).toBe('ResourceNotFound.InstanceNotFound');
      const taking = service.instances(as).untagInstances({ instanceIds: [id], tagKeys: ['a'] });
      expect((await refusalOf(taking)).reason).toBe('ResourceNotFound.InstanceNotFound');
    }
    expect(await tagsOfMachine(instanceId)).toEqual([tag('a')]);
  });

  it.each([
    [[], [tag('a')], 'MissingParameter'],
    [['i-1'], [tag('a')], 'InvalidParameterValue.InvalidInstanceId'],
    [Array.from({ length: 201 }, () => 'ins-abcdefgh'), [tag('a')], 'InvalidParameterValue.LimitExceeded'],
    [['ins-abcdefgh'], [tag('project:a')], 'InvalidParameterValue'],
  ])('is named properly, and so are tags: %.40j, %j, %s', async (instanceIds, given, reason) => {
    expect((await refusalOf(service.instances().tagInstances({ instanceIds, tags: given }))).reason).toBe(reason);
  });

  it('is tagged by whom a policy on the tags there and to come allows', async () => {
    const [mine, theirs] = [await machine(tag('team', 'ops')), await machine(tag('team', 'dev'))];
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: ['tat:TagResources', 'tat:UntagResources'],
      condition: {
        string_equal: { 'qcs:resource_tag/team': 'ops' },
        null_equal: { 'qcs:request_tag/team': 'true' },
      },
    });
    const set = (instanceIds: string[], ...given: Tag[]) =>
      service.instances('user').tagInstances({ instanceIds, tags: given });
    await set([mine.instanceId], tag('env', 'prod'));
    for (const denied of [
      set([mine.instanceId, theirs.instanceId], tag('env', 'prod')),
      set([mine.instanceId], tag('team', 'dev')),
      service.instances('user').untagInstances({ instanceIds: [theirs.instanceId], tagKeys: ['team'] }),
    ]) {
      expect((await refusalOf(denied)).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    }
  });

  it('is found by its tags', async () => {
    const [red, blue] = [await machine(tag('colour', 'red')), await machine(tag('colour', 'blue'), tag('red'))];
    const find = async (name: string, ...values: string[]) => {
      const { automationAgentSet } = await service
        .instances()
        .describeAutomationAgentStatus({ filters: [{ name, values }] });
      return automationAgentSet.map((agent) => agent.instanceId).toSorted();
    };
    const both = [red.instanceId, blue.instanceId].toSorted();
    expect(await find('tag-key', 'colour')).toEqual(both);
    expect(await find('tag-key', 'red')).toEqual([blue.instanceId]);
    expect(await find('tag:colour', 'red')).toEqual([red.instanceId]);
    expect(await find('tag:colour', 'red', 'blue')).toEqual(both);
    expect(await find('tag:colour', 'green')).toEqual([]);
    expect((await refusalOf(find('tag:', 'red'))).reason).toBe('InvalidParameterValue.InvalidFilter');
  });

  it('is seen by a policy on its tags, in the list, in its count and by id', async () => {
    const [seen, hidden] = [await machine(tag('zone', 'a')), await machine(tag('zone', 'b'))];
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: 'tat:DescribeAutomationAgentStatus',
      condition: { 'for_any_value:string_equal': { 'qcs:resource_tag': 'zone&a' } },
    });
    const list = await service.instances('user').describeAutomationAgentStatus({});
    expect([list.totalCount, list.automationAgentSet.map((agent) => agent.instanceId)]).toEqual([1, [seen.instanceId]]);
    const named = (instanceIds: string[]) => service.instances('user').describeAutomationAgentStatus({ instanceIds });
    expect((await named([seen.instanceId])).totalCount).toBe(1);
    for (const id of [hidden.instanceId, 'rins-unknown0']) {
      expect((await refusalOf(named([seen.instanceId, id]))).details.resource).toContain(id);
    }
  });
});
