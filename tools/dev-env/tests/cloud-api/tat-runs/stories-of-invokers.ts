import { eventually } from '@muster/testkit';
import { expect, it } from 'vitest';
import { codeOf } from '../sdk.ts';
import { newInvoker } from './invoker-refusals.ts';
import { afresh, filters, ids } from './refusals.ts';
import { type Every, type Invoker, type InvokerRecord, TIME } from './shown.ts';
import { base64, type World } from './world.ts';

/** Schedules, from being made to what they did. */
export function invokerStories(world: () => World): void {
  const invokerOf = async (InvokerId: string): Promise<Invoker | undefined> =>
    (await world().tat.DescribeInvokers({ InvokerIds: [InvokerId] })).InvokerSet![0];

  it('an invoker that is to fire once fires, leaves a record, and is over', async () => {
    const { tat, online, withParameters, until } = world();
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000);
    // in Beijing, as TAT's own example
    const InvokeTime = new Date(at.getTime() + 8 * 3_600_000).toISOString().replace(/\.000Z$/, '+08:00');
    const order = { CommandId: withParameters, InstanceIds: [online[0]], Username: 'root' };
    const Tags = [{ Key: 'team', Value: 'ops' }];
    const { InvokerId } = await tat.CreateInvoker({
      ...{ ...order, Name: '一次', Type: 'SCHEDULE', Parameters: '{"where":"time","key":"k"}', Tags },
      ScheduleSettings: { Policy: 'ONCE', InvokeTime },
    });
    const invoker = (Enable: boolean, next: string): Every<Invoker> => ({
      ...{ ...order, InvokerId, Name: '一次', Type: 'SCHEDULE', Parameters: '{"where":"time","key":"******"}' },
      ...{ Enable, CreatedTime: TIME, UpdatedTime: TIME, Tags },
      ScheduleSettings: expect.objectContaining({ Policy: 'ONCE', Recurrence: '', InvokeTime: next }),
    });
    expect(await invokerOf(InvokerId!)).toMatchObject(invoker(true, at.toISOString().replace('.000', '')));

    const recorded = await eventually('the record', async () => {
      const { InvokerRecordSet } = await tat.DescribeInvokerRecords({ InvokerIds: [InvokerId!] });
      return InvokerRecordSet![0]?.InvocationId;
    });
    await until(recorded);
    const records = await tat.DescribeInvokerRecords({ InvokerIds: [InvokerId!] });
    const record: Every<InvokerRecord> = {
      ...{ InvokerId, InvokeTime: TIME, Reason: 'start an invocation at scheduled time.' },
      ...{ InvocationId: recorded, Result: 'SUCCESS' },
    };
    expect(records).toMatchObject({ TotalCount: 1, InvokerRecordSet: [record] });
    expect(await invokerOf(InvokerId!)).toMatchObject(invoker(false, ''));
    const { InvocationTaskSet } = await tat.DescribeInvocationTasks({
      ...{ ...filters(['invocation-id', recorded]), HideOutput: false },
    });
    expect(InvocationTaskSet).toMatchObject([
      { InvocationSource: 'INVOKER', TaskResult: { Output: base64('you in time ******\n') } },
    ]);
    const { InvocationSet } = await tat.DescribeInvocations({ InvocationIds: [recorded] });
    expect(InvocationSet).toMatchObject([{ InvocationSource: 'INVOKER', Username: 'root' }]);
    expect(await codeOf(tat.EnableInvoker({ InvokerId: InvokerId!, ...afresh() }))).toBe(
      'InvalidParameterValue.InvokeTimeExpired',
    );
    await tat.DeleteInvoker({ InvokerId: InvokerId!, ...afresh() });
    expect(await tat.DescribeInvokerRecords({ InvokerIds: [InvokerId!] })).toMatchObject({ TotalCount: 1 });
  });

  it('an invoker that is to fire again and again can be changed, paused, resumed and deleted', async () => {
    const { tat, online, absent, withParameters } = world();
    const monthly = { Policy: 'RECURRENCE', Recurrence: '0 0 1 * *' };
    const { InvokerId: made } = await tat.CreateInvoker({ ...newInvoker(world()), ScheduleSettings: monthly });
    const InvokerId = made!;
    // midnight in Beijing
    const next = expect.stringMatching(/T16:00:00Z$/);
    expect(await invokerOf(InvokerId)).toMatchObject({
      ...{ Enable: true, Username: '', Parameters: '', Tags: [] },
      ScheduleSettings: { ...monthly, InvokeTime: next },
    });
    const change = { Name: 'renamed', Username: 'root', CommandId: withParameters, Parameters: '{"where":"here"}' };
    // a machine that is away hinders only that an invoker is made
    const InstanceIds = [online[0], absent];
    expect(await tat.ModifyInvoker({ InvokerId, ...change, InstanceIds })).toEqual({ RequestId: expect.any(String) });
    expect(await invokerOf(InvokerId)).toMatchObject({ ...change, InstanceIds, ScheduleSettings: monthly });
    const daily = { Policy: 'RECURRENCE', Recurrence: '30 2 * * *' };
    await tat.ModifyInvoker({ InvokerId, Type: 'SCHEDULE', ScheduleSettings: daily });
    const at = expect.stringMatching(/T18:30:00Z$/);
    expect(await invokerOf(InvokerId)).toMatchObject({ ...change, ScheduleSettings: { ...daily, InvokeTime: at } });

    await tat.DisableInvoker({ InvokerId, ...afresh() });
    expect(await invokerOf(InvokerId)).toMatchObject({ Enable: false, ScheduleSettings: { ...daily, InvokeTime: '' } });
    await tat.EnableInvoker({ InvokerId, ...afresh() });
    expect(await invokerOf(InvokerId)).toMatchObject({ Enable: true, ScheduleSettings: { ...daily, InvokeTime: at } });
    expect(await codeOf(tat.DeleteCommand({ CommandId: withParameters }))).toBe('ResourceUnavailable.CommandInInvoker');
    await tat.DeleteInvoker({ InvokerId, ...afresh() });
    expect(await invokerOf(InvokerId)).toBeUndefined();
    expect(await codeOf(tat.DeleteInvoker({ InvokerId, ...afresh() }))).toBe('ResourceNotFound');
    expect(await tat.DescribeInvokerRecords({ InvokerIds: [InvokerId] })).toMatchObject({
      ...{ TotalCount: 0, InvokerRecordSet: [] },
    });
  });

  it('DescribeInvokers finds invokers by what they are, page by page, the newest first', async () => {
    const { tat, plain, forWindows, invoker } = world();
    const made = [invoker];
    for (const Name of ['second', 'third']) {
      made.unshift((await tat.CreateInvoker({ ...newInvoker(world()), Name })).InvokerId!);
    }
    const found = async (request: object) => {
      const { TotalCount, InvokerSet } = await tat.DescribeInvokers(request);
      return { TotalCount, ids: InvokerSet!.map(({ InvokerId }) => InvokerId) };
    };
    expect(await found({})).toEqual({ TotalCount: 3, ids: made });
    expect(await found({ Limit: 1, Offset: 1 })).toEqual({ TotalCount: 3, ids: made.slice(1, 2) });
    expect(await found({ Limit: 100, Offset: 3 })).toEqual({ TotalCount: 3, ids: [] });
    expect(await found({ InvokerIds: [made[2], ...ids('ivk', 99)] })).toEqual({ TotalCount: 1, ids: [made[2]] });
    for (const type of ['invoker-type', 'type']) {
      expect(await found(filters([type, 'SCHEDULE'], ['command-id', plain]))).toEqual({ TotalCount: 3, ids: made });
    }
    expect(await found(filters(['invoker-id', made[0]!, made[1]!]))).toEqual({ TotalCount: 2, ids: made.slice(0, 2) });
    expect(await found(filters(['command-id', forWindows]))).toEqual({ TotalCount: 0, ids: [] });
    expect(await tat.DescribeInvokerRecords({ Limit: 100 })).toMatchObject({ TotalCount: expect.any(Number) });
  });
}
