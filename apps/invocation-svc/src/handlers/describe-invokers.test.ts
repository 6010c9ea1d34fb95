import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  type DescribeInvokerRecordsRequestSchema,
  type DescribeInvokersRequestSchema,
  InvokerOutcome,
} from '@muster/contract';
import { ACCOUNT_UIN, USER_UIN } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from '../../tests/fake-agent.ts';
import { goTo, HOUR, invokersOf, makeInvoker, nextOf, saveCommand, untilRecord } from '../../tests/invokers.ts';
import { refusalOf } from '../../tests/machines-fixture.ts';
import { type Fixture, startFixture } from '../../tests/runs-fixture.ts';

type Selection = MessageInitShape<typeof DescribeInvokersRequestSchema>;
type RecordSelection = MessageInitShape<typeof DescribeInvokerRecordsRequestSchema>;

let service: Fixture;
let agent: FakeAgent;
let commandId: string;
/** Oldest first; the first is the user's, the others root's. The last is deleted. */
let ids: string[];
/** The slot that each of them fired at; and the one after. */
let slot: number;
beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
  commandId = saveCommand(service);
  const tags = (value: string) => [{ key: 'team', value }];
  const made = [
    await makeInvoker(service, [agent], { commandId, tags: tags('ops') }, 'user'),
    await makeInvoker(service, [agent], { tags: [...tags('web'), { key: 'env', value: 'prod' }] }),
    await makeInvoker(service, [agent]),
    await makeInvoker(service, [agent], { tags: tags('gone') }),
  ];
  slot = await nextOf(service, made[0]!);
  for (const moment of [slot, slot + HOUR]) {
    goTo(service, moment);
    for (const id of made) await untilRecord(service, id, { slot: moment, outcome: InvokerOutcome.STARTED });
  }
  await invokersOf(service).deleteInvoker({ invokerId: made[3]! });
  ids = made;
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => ({ kind: 'always', allOf: [], noneOf: [] });
});

async function listed(selection: Selection, credential = 'root'): Promise<string[]> {
  const { invokerSet, totalCount } = await invokersOf(service, credential).describeInvokers(selection);
  const found = invokerSet.map(({ invokerId }) => invokerId);
  if (selection.limit === undefined && selection.offset === undefined) expect(totalCount).toBe(found.length);
  return found;
}
const records = (selection: RecordSelection, credential = 'root') =>
  invokersOf(service, credential).describeInvokerRecords(selection);
const filter = (name: string, ...values: string[]) => ({ filters: [{ name, values }] });
/** Those of the invokers that are there, newest first. */
const newestFirst = (...chosen: number[]) => chosen.map((index) => ids[index]!).toReversed();
const many = (count: number) => Array.from({ length: count }, () => 'ivk-00000000');

describe('DescribeInvokers', () => {
  it.each<[string, () => Selection, number[]]>([
    ['everything', () => ({}), [0, 1, 2]],
    ['ids, each once', () => ({ invokerIds: [ids[0]!, ids[2]!, ids[0]!] }), [0, 2]],
    ['neither unknown ids nor deleted ones', () => ({ invokerIds: ['ivk-zzzzzzzz', ids[3]!, ids[1]!] }), [1]],
    ['invoker-id', () => filter('invoker-id', ids[0]!, ids[1]!), [0, 1]],
    ['command-id', () => filter('command-id', commandId), [0]],
    ['invoker-type', () => filter('invoker-type', 'SCHEDULE'), [0, 1, 2]],
    ['type, as older pages say', () => filter('type', 'SCHEDULE'), [0, 1, 2]],
    ['tag-key', () => filter('tag-key', 'team'), [0, 1]],
    ['tag-value', () => filter('tag-value', 'prod', 'ops'), [0, 1]],
    ['tag:<key>', () => filter('tag:team', 'web'), [1]],
    [
      'filters together',
      () => ({ filters: [...filter('tag-key', 'team').filters, ...filter('tag:env', 'prod').filters] }),
      [1],
    ],
  ])('lists by %s', async (_what, selection, expected) => {
    expect(await listed(selection())).toEqual(newestFirst(...expected));
  });

  it('lists in pages, newest first', async () => {
    const page = await invokersOf(service).describeInvokers({ limit: 2, offset: 1 });
    expect(page.totalCount).toBe(3);
    expect(page.invokerSet.map(({ invokerId }) => invokerId)).toEqual(newestFirst(0, 1));
    expect(await listed({ offset: 3 })).toEqual([]);
    expect(await listed({ limit: 100 })).toHaveLength(3);
  });

  // InconsistentID cannot occur: a malformed id has InvalidInvokerId. InvalidParameterValue is the plain code of nothing here.
  it.each<[string, () => Selection, string]>([
    [
      'ids with filters',
      () => ({ ...filter('type', 'SCHEDULE'), invokerIds: [ids[0]!] }),
      'InvalidParameter.ConflictParameter',
    ],
    ['a malformed id', () => ({ invokerIds: ['x'] }), 'InvalidParameterValue.InvalidInvokerId'],
    ['101 ids', () => ({ invokerIds: many(101) }), 'InvalidParameterValue.LimitExceeded'],
    ['an unknown filter', () => filter('name', 'x'), 'InvalidParameterValue.InvalidFilter'],
    ['another type', () => filter('invoker-type', 'EVENT'), 'InvalidParameterValue.InvalidFilter'],
    ['a filter without values', () => filter('tag-key'), 'InvalidParameterValue.InvalidFilter'],
    ['6 values', () => filter('tag-key', ...'abcdef'), 'LimitExceeded.FilterValueExceeded'],
    [
      '11 filters',
      () => ({ filters: Array.from({ length: 11 }, () => filter('type', 'SCHEDULE').filters[0]!) }),
      'InvalidParameterValue.LimitExceeded',
    ],
    ['a limit of 0', () => ({ limit: 0 }), 'InvalidParameterValue.TooSmall'],
    ['a limit of 101', () => ({ limit: 101 }), 'InvalidParameterValue.TooLarge'],
  ])('refuses %s', async (_what, selection, reason) => {
    expect(await refusalOf(listed(selection()))).toMatchObject({ reason });
  });

  it('leaves out what may not be seen, by tag and by maker', async () => {
    const test = { operator: 'string_equal', everyValue: false, ifExist: false } as const;
    service.iam.planOf = () => ({
      kind: 'conditional',
      allOf: [[{ paths: [], tests: [{ ...test, key: 'qcs:resource_tag/team', values: ['web'] }] }]],
      noneOf: [],
    });
    expect(await listed({})).toEqual(newestFirst(1));
    service.iam.planOf = () => ({
      kind: 'conditional',
      allOf: [[{ paths: [], tests: [{ ...test, key: 'qcs:create_uin', values: [USER_UIN] }] }]],
      noneOf: [],
    });
    expect(await listed({})).toEqual(newestFirst(0));
    expect((await records({})).totalCount).toBe(2);
    service.iam.planOf = (action, kind) => {
      expect([action, kind]).toEqual(['tat:DescribeInvokers', 'qcs::tat:ap-guangzhou::invoker/*']);
      return { kind: 'never', allOf: [], noneOf: [] };
    };
    expect(await listed({})).toEqual([]);
  });

  it('refuses ids that are denied, with their tags and makers, there or not', async () => {
    service.iam.questions.length = 0;
    service.iam.decide = (_action, resource) => !resource.endsWith(ids[1]!);
    expect(await refusalOf(listed({ invokerIds: [ids[0]!, ids[1]!, 'ivk-zzzzzzzz'] }))).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { resource: `qcs::tat:ap-guangzhou::invoker/${ids[1]}` },
    });
    const maker = (values: string[]) => [{ key: 'qcs:create_uin', values }];
    expect(service.iam.questions).toMatchObject([
      {
        action: 'tat:DescribeInvokers',
        resources: [
          { tags: [{ key: 'team', value: 'ops' }], attributes: maker([USER_UIN]) },
          { attributes: maker([ACCOUNT_UIN]) },
          { tags: [], attributes: [] },
        ],
      },
    ]);
  });

  it('shows another account nothing', async () => {
    expect(await listed({}, 'root@200000000001')).toEqual([]);
    expect(await listed({ invokerIds: ids }, 'root@200000000001')).toEqual([]);
    expect((await records({ invokerIds: ids }, 'root@200000000001')).totalCount).toBe(0);
  });
});

describe('DescribeInvokerRecords', () => {
  it('lists what became of every slot, newest first, in pages', async () => {
    const all = await records({});
    expect(all.totalCount).toBe(8);
    const slots = all.invokerRecordSet.map((record) => timestampMs(record.scheduledTime!) - slot);
    expect(slots).toEqual([HOUR, HOUR, HOUR, HOUR, 0, 0, 0, 0]);
    const page = await records({ limit: 3, offset: 3 });
    expect(page.totalCount).toBe(8);
    expect(page.invokerRecordSet).toEqual(all.invokerRecordSet.slice(3, 6));
  });

  it('lists those of some invokers, each once', async () => {
    const { totalCount, invokerRecordSet } = await records({ invokerIds: [ids[0]!, ids[0]!, ids[2]!] });
    expect(totalCount).toBe(4);
    expect(new Set(invokerRecordSet.map(({ invokerId }) => invokerId))).toEqual(new Set([ids[0], ids[2]]));
  });

  it('keeps those of deleted invokers, decided by what they were', async () => {
    service.iam.questions.length = 0;
    expect((await records({ invokerIds: [ids[3]!] })).totalCount).toBe(2);
    expect(service.iam.questions).toMatchObject([
      { action: 'tat:DescribeInvokerRecords', resources: [{ tags: [{ key: 'team', value: 'gone' }] }] },
    ]);
  });

  // UnsupportedOperation, InconsistentID and InvalidParameterValue cannot occur: what would have them has a code of its own
  it.each<[string, () => RecordSelection, string]>([
    ['a malformed id', () => ({ invokerIds: ['x'] }), 'InvalidParameterValue.InvalidInvokerId'],
    ['101 ids', () => ({ invokerIds: many(101) }), 'InvalidParameterValue.TooLong'],
    ['a limit of 0', () => ({ limit: 0 }), 'InvalidParameterValue.TooSmall'],
    ['a limit of 101', () => ({ limit: 101 }), 'InvalidParameterValue.TooLarge'],
  ])('refuses %s', async (_what, selection, reason) => {
    expect(await refusalOf(records(selection()))).toMatchObject({ reason });
  });

  it('refuses ids that are denied', async () => {
    service.iam.decide = () => false;
    expect(await refusalOf(records({ invokerIds: [ids[0]!] }))).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: 'tat:DescribeInvokerRecords' },
    });
  });
});
