import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type CreateRegisterCodeRequestSchema, InstanceKind, type RegisterCodeInfo } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { registerMachine } from './fake-agent.ts';
import { type Fixture, outcomeOf, refusalOf, startFixture } from './machines-fixture.ts';

// Every declared code of spec section 13.2 is in a table below, except these, which cannot occur here:
// - ResourceNotFound.RoleNotFound and UnauthorizedOperation.AssumeRoleUnauthorized (every action): they are about a role that the hosted
//   service takes on to reach its own parts (section 10.8); Muster takes on none.

type Create = MessageInitShape<typeof CreateRegisterCodeRequestSchema>;

const HOUR_MS = 3_600_000;
const UNKNOWN = '8cca2d3b-7ac3-422a-98f0-8a5bc17cdc38';
const STRANGER = 'root@100000000099';
let service: Fixture;

beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.clock.ahead = 0;
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
});

const create = (request: Create = {}, as = 'root') => service.instances(as).createRegisterCode(request);
const newId = async (request: Create = {}) => (await create(request)).registerCodeId;
async function info(registerCodeId: string): Promise<RegisterCodeInfo | undefined> {
  const { registerCodeSet } = await service.instances().describeRegisterCodes({ registerCodeIds: [registerCodeId] });
  return registerCodeSet[0];
}

describe('CreateRegisterCode', () => {
  it.each<[string, Create, string]>([
    ['nothing', {}, 'answered'],
    ['128 characters of Description', { description: '码'.repeat(128) }, 'answered'],
    ['129', { description: 'x'.repeat(129) }, 'InvalidParameterValue.TooLong'],
    ['32 characters of InstanceNamePrefix', { instanceNamePrefix: '机'.repeat(32) }, 'answered'],
    ['33', { instanceNamePrefix: 'x'.repeat(33) }, 'InvalidParameterValue.TooLong'],
    ['RegisterLimit 0', { registerLimit: 0 }, 'InvalidParameterValue.TooSmall'],
    ['1', { registerLimit: 1 }, 'answered'],
    ['10000', { registerLimit: 10_000 }, 'answered'],
    ['10001', { registerLimit: 10_001 }, 'InvalidParameterValue.TooLarge'],
    ['EffectiveTime 0', { effectiveTime: 0 }, 'InvalidParameterValue.TooSmall'],
    ['1', { effectiveTime: 1 }, 'answered'],
    ['the largest there is', { effectiveTime: 0xffffffff }, 'answered'],
    ['an IPv4 address', { ipAddressRange: '192.168.10.1' }, 'answered'],
    ['an IPv4 range with host bits', { ipAddressRange: '192.168.10.1/10' }, 'answered'],
    ['an IPv4 range of all', { ipAddressRange: '0.0.0.0/0' }, 'answered'],
    ['33 bits', { ipAddressRange: '10.0.0.0/33' }, 'InvalidParameter'],
    ['a number out of range', { ipAddressRange: '10.0.0.256' }, 'InvalidParameter'],
    ['an IPv6 address', { ipAddressRange: '2001:db8::1' }, 'answered'],
    ['an IPv6 range with host bits', { ipAddressRange: '2001:db8::1/32' }, 'answered'],
    ['129 bits', { ipAddressRange: '2001:db8::/129' }, 'InvalidParameter'],
    ['a zone', { ipAddressRange: 'fe80::1%eth0' }, 'InvalidParameter'],
    ['a name', { ipAddressRange: 'office' }, 'InvalidParameter'],
    ['no bits', { ipAddressRange: '10.0.0.0/' }, 'InvalidParameter'],
    ['two ranges', { ipAddressRange: '10.0.0.0/8,11.0.0.0/8' }, 'InvalidParameter'],
    ['every kind: CVM', { instanceKind: InstanceKind.CVM }, 'answered'],
    ['LIGHTHOUSE', { instanceKind: InstanceKind.LIGHTHOUSE }, 'answered'],
    ['REGISTERED', { instanceKind: InstanceKind.REGISTERED }, 'answered'],
    ['a kind that runs only have', { instanceKind: InstanceKind.MIXED }, 'InvalidParameter'],
    ['a kind that is none', { instanceKind: 9 as InstanceKind }, 'InvalidParameter'],
    ['50 tags', { tags: tags(50) }, 'answered'],
    ['51', { tags: tags(51) }, 'InvalidParameterValue'],
    ['64 characters of ClientToken', { clientToken: 't'.repeat(64) }, 'answered'],
    ['65', { clientToken: 't'.repeat(65) }, 'InvalidParameterValue.TooLong'],
  ])('given %s', async (_, request, outcome) => {
    expect(await outcomeOf(create(request))).toBe(outcome);
  });

  it('lasts for 4 hours and 10 machines of kind rins- from anywhere unless told otherwise', async () => {
    const made = await create();
    expect(made.registerCodeId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(made.registerCodeValue).toMatch(/^[0-9a-f]{64}$/);
    const code = (await info(made.registerCodeId))!;
    expect(code).toMatchObject({
      description: '',
      instanceNamePrefix: '',
      registerLimit: 10,
      registeredCount: 0,
      ipAddressRange: '',
      enabled: true,
      instanceKind: InstanceKind.REGISTERED,
    });
    expect(timestampMs(code.expiredTime!) - timestampMs(code.createdTime!)).toBe(4 * HOUR_MS);
  });

  it.each([
    [99_999, 99_999],
    [100_000, undefined],
  ])('given %i hours expires after %s', async (effectiveTime, hours) => {
    const { createdTime, expiredTime } = (await info(await newId({ effectiveTime })))!;
    const lasts = expiredTime && (timestampMs(expiredTime) - timestampMs(createdTime!)) / HOUR_MS;
    expect(lasts).toBe(hours);
  });

  it('is refused over the quota, which disabled codes count against and deleted ones do not', async () => {
    await using small = await startFixture({ registerCodeQuota: 2 });
    const instances = small.instances();
    const first = await instances.createRegisterCode({});
    await instances.createRegisterCode({});
    await instances.disableRegisterCodes({ registerCodeIds: [first.registerCodeId] });
    const full = await refusalOf(instances.createRegisterCode({}));
    expect([full.reason, full.kind]).toEqual(['ResourceUnavailable.UserHasNoQuotaCode', 'exhausted']);
    expect(await outcomeOf(small.instances(STRANGER).createRegisterCode({}))).toBe('answered');
    await instances.deleteRegisterCodes({ registerCodeIds: [first.registerCodeId] });
    const both = [instances.createRegisterCode({}), instances.createRegisterCode({})].map(outcomeOf);
    expect((await Promise.all(both)).toSorted()).toEqual(['ResourceUnavailable.UserHasNoQuotaCode', 'answered']);
  });

  it('makes one code for a client token, and shows its value again to whoever made it', async () => {
    const request = { description: 'once', clientToken: 'token-1' };
    const [one, again] = [await create(request), await create(request)];
    expect(again).toEqual(one);
    expect(await outcomeOf(create({ ...request, description: 'twice' }))).toBe('InvalidParameterValue');
    const [user, stranger] = [await create(request, 'user'), await create(request, STRANGER)];
    expect(new Set([one, user, stranger].map(({ registerCodeValue }) => registerCodeValue)).size).toBe(3);
  });

  it('is refused to whom no policy allows it', async () => {
    decideByPolicies(service.iam, { effect: 'allow', action: 'tat:DescribeRegisterCodes' });
    expect(await outcomeOf(create({}, 'user'))).toBe('UnauthorizedOperation.CamAuthFailed');
  });
});

describe.each([
  ['DisableRegisterCodes', 'tat:DisableRegisterCodes', (as: string) => service.instances(as).disableRegisterCodes],
  ['DeleteRegisterCodes', 'tat:DeleteRegisterCodes', (as: string) => service.instances(as).deleteRegisterCodes],
] as const)('%s', (_action, permission, method) => {
  const change = (registerCodeIds: string[], as = 'root', clientToken = '') =>
    method(as)({ registerCodeIds, clientToken });
  const uuids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());
  /** Whether the code can still be used. */
  const usable = async (id: string) => (await info(id))?.enabled === true;

  it.each<[string, () => string[], string]>([
    ['no ids', () => [], 'MissingParameter'],
    ['what is no UUID', () => ['rc-1'], 'InvalidParameterValue.InvalidRegisterCodeId'],
    ['an upper case UUID', () => [UNKNOWN.toUpperCase()], 'InvalidParameterValue.InvalidRegisterCodeId'],
    ['an empty id', () => [''], 'InvalidParameterValue.InvalidRegisterCodeId'],
    ['an id twice', () => [UNKNOWN, UNKNOWN], 'InvalidParameterValue.ParameterKeyDuplicated'],
    ['an unknown code', () => [UNKNOWN], 'ResourceNotFound.RegisterCodesNotFoundCode'],
    ['99 unknown codes', () => uuids(99), 'ResourceNotFound.RegisterCodesNotFoundCode'],
    ['100', () => uuids(100), 'InvalidParameterValue'],
  ])('given %s', async (_, ids, outcome) => {
    expect(await outcomeOf(change(ids()))).toBe(outcome);
  });

  it('takes 99 codes at once', async () => {
    const ids: string[] = [];
    for (let made = 0; made < 99; made++) ids.push(await newId());
    await change(ids);
    expect(await usable(ids[0]!)).toBe(false);
    expect(await usable(ids[98]!)).toBe(false);
  });

  it('changes all or none', async () => {
    const id = await newId();
    expect(await outcomeOf(change([id, UNKNOWN]))).toBe('ResourceNotFound.RegisterCodesNotFoundCode');
    expect(await usable(id)).toBe(true);
    await change([id]);
    expect(await usable(id)).toBe(false);
  });

  it('does not know codes of another account', async () => {
    const id = await newId();
    expect(await outcomeOf(change([id], STRANGER))).toBe('ResourceNotFound.RegisterCodesNotFoundCode');
    expect(await usable(id)).toBe(true);
  });

  it('is decided on every code, with its tags', async () => {
    const [mine, theirs] = [await newId({ tags: [tag('of', 'mine')] }), await newId({ tags: [tag('of', 'theirs')] })];
    decideByPolicies(service.iam, {
      effect: 'allow',
      action: permission,
      resource: 'qcs::tat:::register-code/*',
      condition: { string_equal: { 'qcs:resource_tag/of': 'mine' } },
    });
    for (const denied of [[mine, theirs], [theirs], [UNKNOWN]]) {
      expect(await outcomeOf(change(denied, 'user'))).toBe('UnauthorizedOperation.CamAuthFailed');
    }
    await change([mine], 'user');
    expect(await usable(mine)).toBe(false);
  });

  it('is done once for a client token', async () => {
    const [id, other] = [await newId(), await newId()];
    const token = crypto.randomUUID();
    await change([id], 'root', token);
    expect(await outcomeOf(change([id], 'root', token))).toBe('answered');
    expect(await outcomeOf(change([other], 'root', token))).toBe('InvalidParameterValue');
    expect(await usable(other)).toBe(true);
    expect(await outcomeOf(change([other], 'root', 't'.repeat(65)))).toBe('InvalidParameterValue.TooLong');
  });
});

describe('a code that was disabled', () => {
  it('lets nobody in, can be disabled again, and says so only to who knows its value', async () => {
    const code = await create();
    const registerCodeIds = [code.registerCodeId];
    await service.instances().disableRegisterCodes({ registerCodeIds });
    const before = (await info(code.registerCodeId))!;
    service.clock.ahead = 1_000;
    await service.instances().disableRegisterCodes({ registerCodeIds });
    expect(await info(code.registerCodeId)).toEqual(before);
    const refusal = await refusalOf(registerMachine(service.enrollment, code));
    expect([refusal.reason, refusal.message]).toEqual(['OperationDenied', 'the register code is disabled']);
    const guess = { ...code, registerCodeValue: '0'.repeat(64) };
    expect(await outcomeOf(registerMachine(service.enrollment, guess))).toBe('AuthFailure');
  });
});

it('a code that was deleted is as unknown as one that never was', async () => {
  const code = await create();
  await service.instances().deleteRegisterCodes({ registerCodeIds: [code.registerCodeId] });
  expect(await outcomeOf(registerMachine(service.enrollment, code))).toBe('AuthFailure');
  expect(await info(code.registerCodeId)).toBeUndefined();
});

describe('DescribeRegisterCodes', () => {
  const describeCodes = (
    request: Parameters<ReturnType<Fixture['instances']>['describeRegisterCodes']>[0],
    as = 'root',
  ) => service.instances(as).describeRegisterCodes(request);

  it.each<[string, Parameters<typeof describeCodes>[0], string]>([
    ['nothing', {}, 'answered'],
    ['an unknown code', { registerCodeIds: [UNKNOWN] }, 'answered'],
    ['what is no UUID', { registerCodeIds: ['rc-1'] }, 'InvalidParameterValue.InvalidRegisterCodeId'],
    ['what is far too long', { registerCodeIds: ['8'.repeat(2_000)] }, 'InvalidParameterValue.InvalidRegisterCodeId'],
    ['100 ids', { registerCodeIds: Array(100).fill(UNKNOWN) }, 'answered'],
    ['101', { registerCodeIds: Array(101).fill(UNKNOWN) }, 'InvalidParameterValue.TooLong'],
    ['Limit 0', { limit: 0 }, 'InvalidParameterValue'],
    ['1', { limit: 1 }, 'answered'],
    ['100', { limit: 100 }, 'answered'],
    ['101', { limit: 101 }, 'InvalidParameterValue'],
    ['an Offset past the end', { offset: 1_000_000 }, 'answered'],
    // InvalidParameterValue.InvalidFilter cannot occur: the action has no Filters (section 4.23)
  ])('given %s', async (_, request, outcome) => {
    expect(await outcomeOf(describeCodes(request))).toBe(outcome);
  });

  it('shows 20 of them, newest first, a page at a time, and leaves out unknown ids and repeats', async () => {
    await using many = await startFixture();
    const ids: string[] = [];
    for (let made = 0; made < 21; made++) {
      many.clock.ahead = made;
      ids.unshift((await many.instances().createRegisterCode({})).registerCodeId);
    }
    const page = async (request: Parameters<typeof describeCodes>[0]) => {
      const { totalCount, registerCodeSet } = await many.instances().describeRegisterCodes(request);
      return [totalCount, registerCodeSet.map(({ registerCodeId }) => registerCodeId)];
    };
    expect(await page({})).toEqual([21, ids.slice(0, 20)]);
    expect(await page({ limit: 3, offset: 19 })).toEqual([21, ids.slice(19)]);
    expect(await page({ registerCodeIds: [UNKNOWN, ids[4]!, ids[4]!] })).toEqual([1, [ids[4]]]);
  });
});

function tag(key: string, value = 'v') {
  return { key, value };
}

function tags(count: number) {
  return Array.from({ length: count }, (_, index) => tag(`k${index}`));
}
