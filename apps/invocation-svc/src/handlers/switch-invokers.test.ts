import { timestampMs } from '@bufbuild/protobuf/wkt';
import { InvocationInternalService, SchedulePolicy } from '@muster/contract';
import { isoSeconds, Refusal } from '@muster/kernel';
import { ACCOUNT_UIN, eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeAgent } from '../../tests/fake-agent.ts';
import { goTo, HOUR, invokerOf, invokersOf, makeInvoker, nextOf, recordsOf } from '../../tests/invokers.ts';
import { refusalOf } from '../../tests/machines-fixture.ts';
import { type Fixture, startFixture } from '../../tests/runs-fixture.ts';

let service: Fixture;
let agent: FakeAgent;
let invokerId: string;
beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(async () => {
  invokerId = await makeInvoker(service, [agent]);
  service.iam.questions.length = 0;
});
afterEach(async () => {
  service.iam.decide = () => true;
  service.delegations.refusal = undefined;
  const { invokerSet } = await invokersOf(service).describeInvokers({ invokerIds: [invokerId] });
  for (const left of invokerSet) await invokersOf(service).deleteInvoker({ invokerId: left.invokerId });
});

type Method = 'deleteInvoker' | 'enableInvoker' | 'disableInvoker';
const METHODS: [Method, string][] = [
  ['deleteInvoker', 'tat:DeleteInvoker'],
  ['enableInvoker', 'tat:EnableInvoker'],
  ['disableInvoker', 'tat:DisableInvoker'],
];
const call = (method: Method, request: object, credential = 'root') => invokersOf(service, credential)[method](request);

describe.each(METHODS)('%s', (method, action) => {
  // AuthFailure is the guard's; ID cannot occur: the id's own code is given
  it.each<[string, object, string]>([
    ['no invoker', {}, 'MissingParameter'],
    ['a malformed invoker', { invokerId: 'x' }, 'InvalidParameterValue.InvalidInvokerId'],
    ['an unknown invoker', { invokerId: 'ivk-zzzzzzzz' }, 'ResourceNotFound'],
    [
      'a token of 65 characters',
      { invokerId: 'ivk-zzzzzzzz', clientToken: 'x'.repeat(65) },
      'InvalidParameterValue.TooLong',
    ],
  ])('refuses %s', async (_what, request, reason) => {
    expect(await refusalOf(call(method, request))).toMatchObject({ reason });
  });

  it('is decided on the invoker, there or not, and finds none of another account', async () => {
    service.iam.decide = () => false;
    for (const id of [invokerId, 'ivk-zzzzzzzz']) {
      expect(await refusalOf(call(method, { invokerId: id }))).toMatchObject({
        reason: 'UnauthorizedOperation.CamAuthFailed',
        details: { action, resource: `qcs::tat:ap-guangzhou::invoker/${id}` },
      });
    }
    service.iam.decide = () => true;
    expect(await refusalOf(call(method, { invokerId }, 'root@200000000001'))).toMatchObject({
      reason: 'ResourceNotFound',
    });
    expect((await invokerOf(service, invokerId)).enable).toBe(true);
  });

  it('may be said twice with a client token', async () => {
    const request = { invokerId, clientToken: `${method}-${invokerId}` };
    await call(method, request);
    await call(method, request);
  });
});

describe('an invoker that is switched off', () => {
  it('does not fire, makes up for nothing when it is switched on again, and may be switched twice', async () => {
    const slot = await nextOf(service, invokerId);
    for (let times = 0; times < 2; times++) await call('disableInvoker', { invokerId });
    expect(await invokerOf(service, invokerId)).toMatchObject({ enable: false, nextInvokeTimes: [] });
    goTo(service, slot + HOUR / 2);
    for (let times = 0; times < 2; times++) await call('enableInvoker', { invokerId });
    expect(await nextOf(service, invokerId)).toBe(slot + HOUR);
    expect(await recordsOf(service, invokerId)).toEqual([]);
    const { createdTime, updatedTime } = await invokerOf(service, invokerId);
    expect(timestampMs(updatedTime!)).toBeGreaterThan(timestampMs(createdTime!));
  });

  it('cannot be switched on when its only time is over', async () => {
    const invokeTime = isoSeconds(Date.now() + service.clock.ahead + HOUR);
    const scheduleSettings = { policy: SchedulePolicy.ONCE, invokeTime };
    const once = await makeInvoker(service, [agent], { scheduleSettings });
    await call('disableInvoker', { invokerId: once });
    goTo(service, Date.parse(invokeTime) + HOUR);
    expect(await refusalOf(call('enableInvoker', { invokerId: once }))).toMatchObject({
      reason: 'InvalidParameterValue.InvokeTimeExpired',
    });
    await call('deleteInvoker', { invokerId: once });
  });
});

describe('an invoker that is deleted', () => {
  const gone = () => eventually('the delegation ended', () => service.delegations.given.size === 0 || undefined);

  it('takes its delegation along, as soon as iam-svc hears of it', async () => {
    expect(service.delegations.given.size).toBe(1);
    service.delegations.refusal = new Refusal('unavailable', 'ServiceUnavailable', 'iam-svc did not answer');
    await call('deleteInvoker', { invokerId });
    expect(await refusalOf(call('enableInvoker', { invokerId }))).toMatchObject({ reason: 'ResourceNotFound' });
    expect(service.delegations.given.size).toBe(1);
    service.delegations.refusal = undefined;
    await gone();
  });

  it('sets its command free', async () => {
    const { commandId } = await invokerOf(service, invokerId);
    const internal = service.client(InvocationInternalService, 'service:command-svc');
    const use = async () =>
      (await internal.describeCommandUse({ accountUin: ACCOUNT_UIN, commandIds: [commandId] })).inInvoker;
    expect(await use()).toEqual([commandId]);
    await call('disableInvoker', { invokerId });
    expect(await use()).toEqual([commandId]);
    await call('deleteInvoker', { invokerId });
    expect(await use()).toEqual([]);
    await gone();
  });
});

describe('TagInvokers and UntagInvokers', () => {
  const tag = (request: object) => invokersOf(service).tagInvokers({ invokerIds: [invokerId], ...request });
  const untag = (request: object) => invokersOf(service).untagInvokers({ invokerIds: [invokerId], ...request });
  const tags = async () => (await invokerOf(service, invokerId)).tags.map(({ key, value }) => `${key}=${value}`);
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v' }));

  it('set and take tags', async () => {
    await tag({
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    });
    await tag({ tags: [{ key: 'a', value: '3' }] });
    expect(await tags()).toEqual(['a=3', 'b=2']);
    await untag({ tagKeys: ['a', 'nothing'] });
    expect(await tags()).toEqual(['b=2']);
  });

  it('are decided on the invokers as they are, and on the tags to come', async () => {
    await tag({ tags: [{ key: 'a', value: '1' }] });
    await untag({ tagKeys: ['a'] });
    const resource = `qcs::tat:ap-guangzhou::invoker/${invokerId}`;
    expect(service.iam.questions).toMatchObject([
      { action: 'tat:TagResources', resources: [{ resource, tags: [] }], requestTags: [{ key: 'a', value: '1' }] },
      { action: 'tat:UntagResources', resources: [{ resource, tags: [{ key: 'a', value: '1' }] }] },
    ]);
  });

  it('do it once for a client token', async () => {
    const request = { tags: [{ key: 'a', value: '1' }], clientToken: `tag-${invokerId}` };
    await tag(request);
    await untag({ tagKeys: ['a'], clientToken: `untag-${invokerId}` });
    await tag(request);
    expect(await tags()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['no tags', () => tag({}), 'MissingParameter'],
    ['no keys', () => untag({}), 'MissingParameter'],
    ['51 tags', () => tag({ tags: numbered(51) }), 'InvalidParameterValue'],
    ['51 keys', () => untag({ tagKeys: numbered(51).map(({ key }) => key) }), 'InvalidParameterValue'],
    ['a reserved key', () => tag({ tags: [{ key: 'qcs:x', value: 'v' }] }), 'InvalidParameterValue'],
    [
      'a key of 128 characters',
      () => tag({ tags: [{ key: 'k'.repeat(128), value: 'v' }] }),
      'InvalidParameterValue.TooLong',
    ],
    ['no invokers', () => tag({ invokerIds: [], tags: numbered(1) }), 'MissingParameter'],
    [
      '101 invokers',
      () => tag({ invokerIds: Array.from({ length: 101 }, () => invokerId), tags: numbered(1) }),
      'InvalidParameterValue.LimitExceeded',
    ],
    [
      'a malformed invoker',
      () => untag({ invokerIds: ['x'], tagKeys: ['a'] }),
      'InvalidParameterValue.InvalidInvokerId',
    ],
    [
      'an unknown invoker beside one that is there',
      () => tag({ invokerIds: [invokerId, 'ivk-zzzzzzzz'], tags: numbered(1) }),
      'ResourceNotFound',
    ],
  ])('refuse %s, and change nothing', async (_what, asked, reason) => {
    expect(await refusalOf(asked())).toMatchObject({ reason });
    expect(await tags()).toEqual([]);
  });

  it('refuse more than 50 tags in all', async () => {
    await tag({ tags: numbered(50) });
    expect(await refusalOf(tag({ tags: [{ key: 'more', value: 'v' }] }))).toMatchObject({ kind: 'exhausted' });
  });
});
