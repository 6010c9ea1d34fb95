import { OutputStream, TaskStatus } from '@muster/contract';
import { ACCOUNT_UIN } from '@muster/testkit';
import { masterVault } from '@muster/vault';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Invocation } from '../src/domain/invocation.ts';
import { newTask } from '../src/domain/task.ts';
import { sealScript } from '../src/sealed-script.ts';
import { RunReader } from '../src/store/run-reader.ts';
import { unitsOfWork } from '../src/store/unit-of-work.ts';
import { bytes, type Fixture, finish, openStoreOf, run, startFixture, startOn, untilTaskIs } from './runs-fixture.ts';

let service: Fixture;

beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.clock.ahead = 0;
});

describe('a service that was away', () => {
  it('sends what was committed and never sent', async () => {
    const agent = await service.agent();
    await service.stop();
    const invocationId = await commitWithoutSending(agent.instanceId);
    await service.resume();
    const order = await startOn(agent);
    expect(order.invocationId).toBe(invocationId);
    await finish(agent, order);
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  });

  it('goes on with what runs: output, result and the answer to a start that was lost', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    await service.stop();
    await service.resume();
    const { invocationTaskId } = order;
    expect((await agent.start({ invocationTaskId, claim: 'claim-1' })).granted).toBe(true);
    await agent.output({ chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset: 0, data: bytes('x') }] });
    await finish(agent, order, { stdoutLength: 1 });
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  });

  it('does not start what is past its deadline', async () => {
    const agent = await service.agent();
    await service.stop();
    const invocationId = await commitWithoutSending(agent.instanceId);
    service.clock.ahead = 61_000;
    await service.resume();
    await untilTaskIs(service, invocationId, TaskStatus.DELIVER_FAILED);
    expect(agent.tasks.waiting).toEqual([]);
  });

  /** What a service leaves that dies after the commit of a run and before dispatch. */
  async function commitWithoutSending(instanceId: string): Promise<string> {
    const vault = await masterVault(service.config.masterKeyFile);
    await using db = await openStoreOf(service.config);
    const invocationId = `inv-${instanceId.slice(-8)}`;
    const now = Date.now();
    const document = {
      commandType: 'SHELL',
      username: 'root',
      workingDirectory: '/root',
      timeout: 60,
      content: 'true',
      shownContent: 'true',
      parameters: '',
      defaultParameters: '',
    } as const;
    const invocation: Invocation = {
      ...{ invocationId, accountUin: ACCOUNT_UIN, uin: ACCOUNT_UIN, commandId: 'cmd-00000001', commandVersion: 0 },
      ...{ commandSaved: false, commandName: '', description: '', source: 'USER', instanceKind: 'CVM' },
      ...{
        invokerId: undefined,
        parentInvocationId: undefined,
        commandCreatedBy: 'USER',
        taskCount: 1,
        skippedCount: 0,
        document: { ...document, outputCosBucketUrl: '', outputCosKeyPrefix: '' },
        status: 'PENDING',
        sequence: 1,
        createdAt: now,
        updatedAt: now,
      },
      ...{ startTime: undefined, endTime: undefined },
    };
    const identity = { invocationTaskId: `invt-${instanceId.slice(-8)}`, invocationId, position: 0, timeout: 60 };
    const owner = {
      accountUin: ACCOUNT_UIN,
      commandId: 'cmd-00000001',
      commandSubject: '*',
      instanceId,
      instanceName: 'web-1',
      offlineExpiresAt: undefined,
    };
    const rules = {
      windowMs: 10_000,
      deadlineMs: 60_000,
      graceMs: 60_000,
      catchUpMs: 60_000,
      outputLimit: 1,
      backlog: { ofAccount: 1_000, inAll: 1_000 },
    };
    const write = unitsOfWork(db, { announce: () => undefined, committed: () => undefined });
    const unknown = { tags: [], creator: undefined };
    const script = sealScript(vault, invocationId, { content: 'true', environment: {}, hiddenValues: [] });
    const tasks = [newTask({ ...identity, ...owner }, now, rules)];
    await write(({ runs }) => runs.insert(invocation, tasks, unknown, script));
    expect((await new RunReader(db).task(identity.invocationTaskId))?.status).toBe('PENDING');
    return invocationId;
  }
});
