import { expect, it } from 'vitest';
import { codeOf } from '../sdk.ts';
import type { TatAction } from '../ways.ts';
import { newInvoker } from './invoker-refusals.ts';
import { afresh, type Given, of } from './refusals.ts';
import { base64, type World } from './world.ts';

const DENIED = 'UnauthorizedOperation.CamAuthFailed';

/** Calls that root may make, and the code with which they are denied to others. */
const CALLS: readonly (readonly [action: TatAction, request: Given, code: string])[] = [
  ['RunCommand', ({ online }) => ({ Content: base64('true'), InstanceIds: [online[0]] }), DENIED],
  ['InvokeCommand', ({ plain, online }) => ({ CommandId: plain, InstanceIds: [online[0]] }), DENIED],
  ['CancelInvocation', ({ run }) => ({ InvocationId: run }), DENIED],
  ['DescribeInvocations', ({ run }) => ({ InvocationIds: [run] }), DENIED],
  ['DescribeInvocationTasks', ({ task }) => ({ InvocationTaskIds: [task] }), DENIED],
  ['CreateInvoker', newInvoker, 'AuthFailure.UnauthorizedOperation'],
  ['ModifyInvoker', ({ invoker }) => ({ InvokerId: invoker, Name: 'mine' }), 'AuthFailure'],
  ['DeleteInvoker', ({ invoker }) => ({ InvokerId: invoker, ...afresh() }), 'AuthFailure'],
  ['EnableInvoker', ({ invoker }) => ({ InvokerId: invoker, ...afresh() }), 'AuthFailure'],
  ['DisableInvoker', ({ invoker }) => ({ InvokerId: invoker, ...afresh() }), 'AuthFailure'],
  ['DescribeInvokers', ({ invoker }) => ({ InvokerIds: [invoker] }), 'AuthFailure'],
  ['DescribeInvokerRecords', ({ invoker }) => ({ InvokerIds: [invoker] }), 'AuthFailure'],
];

/** What users may do, and may not. */
export function rightsStories(world: () => World): void {
  it('a user without rights is denied every action, and sees nothing in lists', async () => {
    const stranger = await world().userWith('stranger', []);
    for (const [action, request, code] of CALLS) {
      const call = stranger[action] as (request: object) => Promise<unknown>;
      expect([action, await codeOf(call(of(request, world())))]).toEqual([action, code]);
    }
    expect(await stranger.DescribeInvocations({})).toMatchObject({ TotalCount: 0, InvocationSet: [] });
    expect(await stranger.DescribeInvocationTasks({})).toMatchObject({ TotalCount: 0, InvocationTaskSet: [] });
    expect(await stranger.DescribeInvokers({})).toMatchObject({ TotalCount: 0, InvokerSet: [] });
    expect(await stranger.DescribeInvokerRecords({})).toMatchObject({ TotalCount: 0, InvokerRecordSet: [] });
  });

  it('a user with rights on one command and one machine may run the one on the other, and nothing else', async () => {
    const { tat, online, plain, withParameters, invoker, until, userWith } = world();
    const [mine, other] = online;
    const clerk = await userWith('clerk', [
      {
        effect: 'allow',
        action: ['tat:InvokeCommand', 'tat:CancelInvocation', 'tat:DescribeInvocations', 'tat:DescribeInvocationTasks'],
        resource: [`qcs::tat:::command/${plain}`, `qcs::cvm:::instance/${mine}`],
      },
    ]);
    const { InvocationId } = await clerk.InvokeCommand({ CommandId: plain, InstanceIds: [mine] });
    await until(InvocationId!);
    const both = await tat.InvokeCommand({ CommandId: plain, InstanceIds: [mine, other] });
    await until(both.InvocationId!);
    const { InvocationTaskSet } = await clerk.DescribeInvocationTasks({
      Filters: [{ Name: 'invocation-id', Values: [InvocationId!, both.InvocationId!] }],
    });
    expect(InvocationTaskSet!.map((task) => [task.InvocationId, task.InstanceId])).toEqual([
      [both.InvocationId, mine],
      [InvocationId, mine],
    ]);
    await clerk.CancelInvocation({ InvocationId: InvocationId! });

    for (const denied of [
      () => clerk.InvokeCommand({ CommandId: plain, InstanceIds: [mine, other] }),
      () => clerk.InvokeCommand({ CommandId: withParameters, InstanceIds: [mine], Parameters: '{"where":"here"}' }),
      () => clerk.RunCommand({ Content: base64('true'), InstanceIds: [mine] }),
      () => clerk.CancelInvocation({ InvocationId: both.InvocationId! }),
      () => clerk.DescribeInvocations({ InvocationIds: [world().run] }),
    ]) {
      expect(await codeOf(denied())).toBe(DENIED);
    }
    expect(await codeOf(clerk.CreateInvoker(newInvoker(world())))).toBe('AuthFailure.UnauthorizedOperation');
    expect(await codeOf(clerk.DisableInvoker({ InvokerId: invoker }))).toBe('AuthFailure');
  });
}
