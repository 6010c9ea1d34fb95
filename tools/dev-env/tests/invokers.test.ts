import type { DescService } from '@bufbuild/protobuf';
import {
  AuditService,
  CommandService,
  IamService,
  InvocationService,
  InvocationStatus,
  InvokerOutcome,
  InvokerService,
  Outcome,
  PrincipalType,
  SchedulePolicy,
  TokenService,
} from '@muster/contract';
import { isoSeconds } from '@muster/kernel';
import { bearer, createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let root: string;
beforeAll(async () => {
  fixture = await startFixture(1);
  root = await exchange(fixture.constellation.root);
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

function at<S extends DescService>(service: S, token = '') {
  const { iam, command, invocation } = fixture.constellation.grpc;
  const address = { iam, command, invocation }[service.typeName.split('.')[1] as 'iam' | 'command' | 'invocation'];
  return createServiceClient(service, grpcTransport({ address, interceptors: token ? [bearer(() => token)] : [] }));
}

async function exchange(key: { secretId: string; secretKey: string }): Promise<string> {
  return (await at(TokenService).exchangeAccessKey(signExchange(key, Date.now()))).token;
}

it('T28: a schedule runs a real script with the rights that its maker has at that moment, and says so when there are none left', async () => {
  const iam = at(IamService, root);
  const maker = await iam.addUser({ name: 'maker', useApi: true });
  const may = { effect: 'allow', action: ['tat:CreateInvoker', 'tat:InvokeCommand'], resource: '*' };
  const policyDocument = JSON.stringify({ version: '2.0', statement: [may] });
  const { policyId } = await iam.createPolicy({ policyName: 'maker', policyDocument });
  await iam.attachUserPolicy({ policyId, attachUin: maker.uin });
  const token = await exchange(maker);
  const { commandId } = await at(CommandService, root).createCommand({
    ...{ commandName: 'greet', content: new TextEncoder().encode('echo hello {{who}}'), enableParameter: true },
  });
  const instanceIds = fixture.constellation.machines.map(({ instanceId }) => instanceId);
  const once = async (aheadMs = 2_000) => {
    const scheduleSettings = { policy: SchedulePolicy.ONCE, invokeTime: isoSeconds(Date.now() + aheadMs) };
    const order = { name: 'greeting', type: 'SCHEDULE', commandId, instanceIds, parameters: '{"who":"world"}' };
    return (await at(InvokerService, token).createInvoker({ ...order, scheduleSettings })).invokerId;
  };
  const recordOf = (
    invokerId: string,
    outcome: InvokerOutcome,
    result: InvocationStatus = InvocationStatus.UNSPECIFIED,
  ) =>
    eventually(`outcome ${outcome} of ${invokerId}`, async () => {
      const { invokerRecordSet } = await at(InvokerService, root).describeInvokerRecords({ invokerIds: [invokerId] });
      return invokerRecordSet.find((record) => record.outcome === outcome && record.result === result);
    });

  const runs = await once();
  const { invocationId } = await recordOf(runs, InvokerOutcome.STARTED, InvocationStatus.SUCCESS);
  const { invocationTaskSet } = await at(InvocationService, root).describeInvocationTasks({
    filters: [{ name: 'invocation-id', values: [invocationId] }],
    hideOutput: false,
  });
  expect(new TextDecoder().decode(invocationTaskSet[0]!.taskResult!.output)).toBe('hello world\n');

  const { records } = await at(AuditService, root).listAuditRecords({ uin: maker.uin, action: 'tat:InvokeCommand' });
  expect(records[0]).toMatchObject({
    principal: { type: PrincipalType.USER, uin: maker.uin },
    ...{ outcome: Outcome.ALLOWED, service: 'invocation-svc', sourceIp: '', accessKeyId: '' },
  });
  const issued = await at(AuditService, root).listAuditRecords({
    uin: maker.uin,
    action: 'muster:IssueDelegatedToken',
  });
  expect(issued.records.map(({ requestId }) => requestId)).toContain(records[0]!.requestId);

  // far enough ahead that the change is there first
  const denied = await once(4_000);
  await iam.detachUserPolicy({ policyId, detachUin: maker.uin });
  expect((await recordOf(denied, InvokerOutcome.REFUSED)).reason).toMatch(
    /^UnauthorizedOperation.CamAuthFailed: .*tat:InvokeCommand/,
  );
  await iam.attachUserPolicy({ policyId, attachUin: maker.uin });
  const left = await once(4_000);
  await iam.deleteUser({ name: 'maker', force: true });
  expect((await recordOf(left, InvokerOutcome.REFUSED)).reason).toMatch(/^AuthFailure.TokenFailure: /);
}, 60_000);
