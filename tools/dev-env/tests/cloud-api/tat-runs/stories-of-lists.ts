import { expect, it } from 'vitest';
import { filters, ids } from './refusals.ts';
import { base64, type World } from './world.ts';

/** Filters and pages of what has run. */
export function listStories(world: () => World): void {
  it('DescribeInvocations finds runs by what they are, page by page, the newest first', async () => {
    const { tat, online, plain, forWindows, until } = world();
    const found = async (request: object) => {
      const { TotalCount, InvocationSet } = await tat.DescribeInvocations(request);
      return { TotalCount, ids: InvocationSet!.map(({ InvocationId }) => InvocationId!) };
    };
    const ofPlain = filters(['command-id', plain]);
    const made = (await found(ofPlain)).ids;
    for (let count = 0; count < 3; count++) {
      const { InvocationId } = await tat.InvokeCommand({ CommandId: plain, InstanceIds: [online[count % 2]!] });
      await until(InvocationId!);
      made.unshift(InvocationId!);
    }
    const TotalCount = made.length;
    expect(await found(ofPlain)).toEqual({ TotalCount, ids: made });
    expect(await found({ ...ofPlain, Limit: 1, Offset: 1 })).toEqual({ TotalCount, ids: made.slice(1, 2) });
    expect(await found({ ...ofPlain, Limit: 100, Offset: TotalCount })).toEqual({ TotalCount, ids: [] });
    expect(await found({ InvocationIds: made.slice(0, 2) })).toEqual({ TotalCount: 2, ids: made.slice(0, 2) });
    // ids of nobody are left out; 100 ids, 10 filters and 5 values are what may be given
    expect(await found({ InvocationIds: [made[0], ...ids('inv', 99)] })).toEqual({ TotalCount: 1, ids: [made[0]] });
    const or = filters(['command-id', plain, ...ids('cmd', 4)], ['invocation-id', made[2]!]);
    expect(await found(or)).toEqual({ TotalCount: 1, ids: [made[2]] });
    const ten = filters(...Array.from({ length: 10 }, () => ['invocation-id', made[1]!] as const));
    expect(await found(ten)).toEqual({ TotalCount: 1, ids: [made[1]] });
    expect(await found(filters(['command-id', forWindows]))).toEqual({ TotalCount: 0, ids: [] });
    expect(await found(filters(['command-created-by', 'TAT']))).toEqual({ TotalCount: 0, ids: [] });
    const all = await found({ Limit: 100 });
    expect(await found({ ...filters(['command-created-by', 'USER'], ['instance-kind', 'CVM']), Limit: 100 })).toEqual(
      all,
    );
    expect((await found(filters(['instance-kind', 'LIGHTHOUSE']))).TotalCount).toBe(0);
  });

  it('DescribeInvocationTasks finds tasks by run, machine and command', async () => {
    const { tat, until } = world();
    const online = world().online.toSorted();
    const Content = base64('echo $0');
    const { InvocationId, CommandId } = await tat.RunCommand({
      Content,
      InstanceIds: [...online],
      WorkingDirectory: '/tmp',
    });
    await until(InvocationId!);
    const found = async (request: object) => {
      const { TotalCount, InvocationTaskSet } = await tat.DescribeInvocationTasks(request);
      // tasks of one run are as old as each other
      return { TotalCount, on: InvocationTaskSet!.map(({ InstanceId }) => InstanceId).sort() };
    };
    const ofRun = ['invocation-id', InvocationId!] as const;
    expect(await found(filters(ofRun))).toEqual({ TotalCount: 2, on: online });
    expect(await found({ ...filters(ofRun), Limit: 1, Offset: 1 })).toEqual({
      TotalCount: 2,
      on: [expect.any(String)],
    });
    expect(await found(filters(['command-id', CommandId!], ['instance-id', online[0]!]))).toEqual({
      ...{ TotalCount: 1, on: [online[0]] },
    });
    const { InvocationTaskSet } = await tat.DescribeInvocationTasks(filters(ofRun));
    const idOn = (machine: string) =>
      InvocationTaskSet!.find(({ InstanceId }) => InstanceId === machine)!.InvocationTaskId!;
    const [first, second] = [idOn(online[0]!), idOn(online[1]!)];
    expect(await found({ InvocationTaskIds: [second, ...ids('invt', 99)] })).toEqual({
      TotalCount: 1,
      on: [online[1]],
    });
    expect(await found(filters(['invocation-task-id', first, second]))).toEqual({ TotalCount: 2, on: online });
  });
}
