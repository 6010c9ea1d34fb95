import type {
  AutomationAgentInfo,
  RegisterCodeInfo,
  RegisterInstanceInfo,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/tat/v20201028/tat_models.js';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../sdk.ts';
import { type Tat, WAYS } from '../ways.ts';
import { DONE, type Every, TIME, whole } from './answers.ts';
import { filter, unknownCodes } from './refusals.ts';
import { base64, COMMAND_QUOTA, type World } from './world.ts';

/** What Muster adds to a register code. */
const ADDED = { InstanceKind: 'REGISTERED', Tags: [] };
const NEW_CODE = { Enabled: true, RegisteredCount: 0, CreatedTime: TIME, UpdatedTime: TIME, ...ADDED };

async function shown(tat: Tat, id: string) {
  const { RegisterCodeSet, ...rest } = await tat.DescribeRegisterCodes({ RegisterCodeIds: [id] });
  expect(rest).toEqual(whole({ TotalCount: 1 }));
  return RegisterCodeSet![0];
}

async function onlyOne(tat: Tat) {
  const { RegisterInstanceSet } = await tat.DescribeRegisterInstances({});
  expect(RegisterInstanceSet).toHaveLength(1);
  return RegisterInstanceSet![0]!;
}

/** What the actions on register codes, machines, quotas and regions answer. */
export function machineStories(world: () => World): void {
  describe('a register code', () => {
    it.each(WAYS)('arrives whole by $signMethod and $reqMethod', async (way) => {
      const tat = world().by(way);
      const request = {
        ...{ Description: '机房 & more'.padEnd(128, '述'), InstanceNamePrefix: '机'.repeat(32) },
        ...{ RegisterLimit: 10_000, EffectiveTime: 100_000, IpAddressRange: '192.168.10.1/10' },
      };
      const { RegisterCodeId, RegisterCodeValue, ...rest } = await tat.CreateRegisterCode(request);
      expect(RegisterCodeValue).toMatch(/^[0-9a-f]{64}$/);
      expect(rest).toEqual(DONE);
      const { EffectiveTime: _, ...fields } = request;
      const code = { ...NEW_CODE, ...fields, RegisterCodeId, ExpiredTime: null } satisfies Every<RegisterCodeInfo>;
      expect(await shown(tat, RegisterCodeId!)).toEqual(code);
      expect(await tat.DisableRegisterCodes({ RegisterCodeIds: [RegisterCodeId!] })).toEqual(DONE);
      expect(await shown(tat, RegisterCodeId!)).toEqual({ ...code, Enabled: false });
      expect(await tat.DeleteRegisterCodes({ RegisterCodeIds: [RegisterCodeId!] })).toEqual(DONE);
      const gone = await tat.DescribeRegisterCodes({ RegisterCodeIds: [RegisterCodeId!] });
      expect(gone).toEqual(whole({ TotalCount: 0, RegisterCodeSet: [] }));
    });

    it.each([
      [{}, 10, 4],
      [{ RegisterLimit: 1, EffectiveTime: 1 }, 1, 1],
      [{ EffectiveTime: 99_999 }, 10, 99_999],
    ])('of %j lets %i machines register for %i hours', async (request, RegisterLimit, hours) => {
      const { tat } = world();
      const code = await shown(tat, (await tat.CreateRegisterCode(request)).RegisterCodeId!);
      const nothing = { Description: '', InstanceNamePrefix: '', IpAddressRange: '' };
      expect(code).toMatchObject({ ...NEW_CODE, ...nothing, RegisterLimit, ExpiredTime: TIME });
      expect((Date.parse(code!.ExpiredTime!) - Date.parse(code!.CreatedTime!)) / 3_600_000).toBe(hours);
    });

    it('is listed, newest first, in pages', async () => {
      const { tat } = world();
      const { RegisterCodeId } = await tat.CreateRegisterCode({ Description: 'newest' });
      const all = await tat.DescribeRegisterCodes({ Limit: 100 });
      const { TotalCount, RegisterCodeSet } = all;
      expect(RegisterCodeSet).toHaveLength(TotalCount!);
      expect(RegisterCodeSet![0]).toMatchObject({ RegisterCodeId });
      const second = whole({ TotalCount, RegisterCodeSet: RegisterCodeSet!.slice(1, 2) });
      expect(await tat.DescribeRegisterCodes({ Limit: 1, Offset: 1 })).toEqual(second);
      const none = whole({ TotalCount, RegisterCodeSet: [] });
      expect(await tat.DescribeRegisterCodes({ Offset: TotalCount! })).toEqual(none);
    });
  });

  describe('a machine', () => {
    it('is shown with all of its fields', async () => {
      const { tat, there } = world();
      const InstanceIds = [there.instanceId];
      const machine = {
        ...{ InstanceId: there.instanceId, HostName: 'web-1', LocalIp: expect.any(String), CreatedTime: TIME },
        ...{ InstanceName: 'web-1', Tags: [], CloneNoticedTime: null },
      };
      const registered = {
        ...{ RegisterCodeId: expect.any(String), MachineId: expect.any(String), SystemName: 'Linux', Status: 'Online' },
        ...{ PublicKey: expect.stringMatching(/^U[A-Z0-9]{55}$/), UpdatedTime: TIME, ...machine },
      } satisfies Every<RegisterInstanceInfo>;
      expect(await tat.DescribeRegisterInstances({ InstanceIds })).toEqual(
        whole({ TotalCount: 1, RegisterInstanceSet: [registered] }),
      );
      const agent = {
        ...{ Version: expect.any(String), LastHeartbeatTime: TIME, AgentStatus: 'Online', Environment: 'Linux' },
        ...{ SupportFeatures: expect.arrayContaining(['SHELL']), Refusals: [], HostVeto: '' },
        ...{ SigningKeyIds: [expect.any(String)], ...machine },
      } satisfies Every<AutomationAgentInfo>;
      expect(await tat.DescribeAutomationAgentStatus({ InstanceIds })).toEqual(
        whole({ TotalCount: 1, AutomationAgentSet: [agent] }),
      );
    });

    it.each(WAYS)('gets another name by $signMethod and $reqMethod', async (way) => {
      const tat = world().by(way);
      const InstanceId = world().there.instanceId;
      const InstanceName = `${way.reqMethod} ${way.signMethod} & `.padEnd(60, '名');
      expect(await tat.ModifyRegisterInstance({ InstanceId, InstanceName })).toEqual(DONE);
      const found = await tat.DescribeRegisterInstances(filter('instance-name', 'nobody', InstanceName));
      expect(found.RegisterInstanceSet).toMatchObject([{ InstanceId, InstanceName, HostName: 'web-1' }]);
    });

    it.each<[filter: string, fits: (world: World) => string | Promise<string>, not: string]>([
      ['instance-id', ({ there }) => there.instanceId, 'rins-00000000'],
      ['register-status', () => 'Online', 'Offline'],
      ['sys-name', () => 'Linux', 'Windows'],
      ['local-ip', async ({ tat }) => (await onlyOne(tat)).LocalIp!, '::'],
      ['register-code-id', async ({ tat }) => (await onlyOne(tat)).RegisterCodeId!, unknownCodes(1)[0]!],
    ])('is found among the registered by %s', async (name, fits, not) => {
      const { tat } = world();
      const some = await tat.DescribeRegisterInstances(filter(name, not, await fits(world())));
      expect(some.TotalCount).toBe(1);
      const none = await tat.DescribeRegisterInstances(filter(name, not));
      expect(none).toEqual(whole({ TotalCount: 0, RegisterInstanceSet: [] }));
    });

    it.each<[filter: string, fits: (world: World) => string, not: string]>([
      ['instance-id', ({ there }) => there.instanceId, 'rins-00000000'],
      ['agent-status', () => 'Online', 'Offline'],
      ['environment', () => 'Linux', 'Windows'],
    ])('is found among the agents by %s', async (name, fits, not) => {
      const { tat } = world();
      const some = await tat.DescribeAutomationAgentStatus(filter(name, not, fits(world())));
      expect(some.TotalCount).toBe(1);
      const none = await tat.DescribeAutomationAgentStatus(filter(name, not));
      expect(none).toEqual(whole({ TotalCount: 0, AutomationAgentSet: [] }));
    });

    it('is found by its tags, and by no others', async () => {
      const { tat, posting, there } = world();
      const Tags = [{ Key: 'env', Value: 'prod' }];
      expect(await posting.request('TagInstances', { InstanceIds: [there.instanceId], Tags })).toEqual(DONE);
      const count = async (name: string, value: string) =>
        (await tat.DescribeRegisterInstances(filter(name, value))).TotalCount;
      const found = [count('tag-key', 'env'), count('tag-value', 'prod'), count('tag:env', 'prod')];
      expect(await Promise.all(found)).toEqual([1, 1, 1]);
      const others = [count('tag-key', 'prod'), count('tag-value', 'env'), count('tag:env', 'test')];
      expect(await Promise.all(others)).toEqual([0, 0, 0]);
      expect((await tat.DescribeRegisterInstances({})).RegisterInstanceSet).toMatchObject([{ Tags }]);
    });
  });

  it('quotas and the region are told in each of the SDK’s ways', async () => {
    const { tat } = world();
    const quota = (ResourceName: string, ResourceQuotaTotal: number) => ({
      ...{ ResourceName, ResourceQuotaUsed: expect.any(Number), ResourceQuotaTotal },
    });
    const here = { Region: 'ap-guangzhou', RegionName: expect.any(String), RegionState: 'AVAILABLE' };
    for (const _ of WAYS) {
      expect(await tat.DescribeQuotas({ ResourceNames: ['REGISTER_CODE', 'COMMAND'] })).toEqual(
        whole({ GeneralResourceQuotaSet: [quota('REGISTER_CODE', 5_000), quota('COMMAND', COMMAND_QUOTA)] }),
      );
      expect(await tat.DescribeRegions(null)).toEqual(whole({ TotalCount: 1, RegionSet: [here] }));
    }
  });

  it('an account has as many commands as its quota says', async () => {
    const { tat } = world();
    const used = async () => {
      const { GeneralResourceQuotaSet } = await tat.DescribeQuotas({ ResourceNames: ['COMMAND'] });
      return GeneralResourceQuotaSet![0]!.ResourceQuotaUsed!;
    };
    const CommandIds: string[] = [];
    for (let count = await used(); count < COMMAND_QUOTA; count++) {
      const { CommandId } = await tat.CreateCommand({ CommandName: `filler-${count}`, Content: base64('true') });
      CommandIds.push(CommandId!);
    }
    expect(await used()).toBe(COMMAND_QUOTA);
    const oneMore = tat.CreateCommand({ CommandName: 'one-too-many', Content: base64('true') });
    expect(await codeOf(oneMore)).toBe('ResourceUnavailable.UserHasNoQuotaCode');
    expect(await tat.DeleteCommands({ CommandIds })).toEqual(DONE);
    expect(await used()).toBe(COMMAND_QUOTA - CommandIds.length);
  });

  it('a machine that is deleted is gone', async () => {
    const { tat, there } = world();
    const InstanceId = there.instanceId;
    expect(await tat.DeleteRegisterInstance({ InstanceId })).toEqual(DONE);
    const InstanceIds = [InstanceId];
    const machines = await tat.DescribeRegisterInstances({ InstanceIds });
    expect(machines).toEqual(whole({ TotalCount: 0, RegisterInstanceSet: [] }));
    const agents = await tat.DescribeAutomationAgentStatus({});
    expect(agents).toEqual(whole({ TotalCount: 0, AutomationAgentSet: [] }));
    expect(await codeOf(tat.DeleteRegisterInstance({ InstanceId }))).toBe(
      'ResourceNotFound.RegisterInstanceNotFoundCode',
    );
  });
}
