import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AgentStatus,
  CommandSchema,
  CommandType,
  CreatedBy,
  DescribeAutomationAgentStatusResponseSchema,
  DescribeCommandsResponseSchema,
  InvocationTaskSchema,
  InvokerSchema,
  LateResultSchema,
  RefusalCountSchema,
  RegisterCodeInfoSchema,
  ScheduleSettingsSchema,
  TaskResultSchema,
} from '@muster/contract';
import { describe, expect, it } from 'vitest';
import { ExactNumber, parseBody } from '../src/given.ts';
import { stringify, toJson, toMessage } from '../src/index.ts';

const AT = timestampFromMs(Date.UTC(2026, 0, 2, 3, 4, 5, 678));

describe('answers', () => {
  it('have every field, under the names and in the forms of the cloud', () => {
    const command = create(CommandSchema, {
      content: Buffer.from('echo 1'),
      commandType: CommandType.SHELL,
      createdBy: CreatedBy.USER,
      createdTime: AT,
      timeout: 60,
      outputCosBucketUrl: 'https://b',
    });
    expect(toJson(CommandSchema, command, 'tat')).toMatchObject({
      CommandId: '',
      Content: 'ZWNobyAx',
      CommandType: 'SHELL',
      CreatedBy: 'USER',
      CreatedTime: '2026-01-02T03:04:05Z',
      UpdatedTime: null,
      Timeout: 60,
      EnableParameter: false,
      DefaultParameterConfs: [],
      Scenes: [],
      FormattedDescription: '',
      OutputCOSBucketUrl: 'https://b',
      OutputCOSKeyPrefix: '',
    });
  });

  it('say Online and Offline as TAT does', () => {
    const agents = create(DescribeAutomationAgentStatusResponseSchema, {
      automationAgentSet: [{ agentStatus: AgentStatus.ONLINE }, { agentStatus: AgentStatus.OFFLINE }],
    });
    const shown = toJson(DescribeAutomationAgentStatusResponseSchema, agents, 'tat');
    expect(shown.AutomationAgentSet).toMatchObject([{ AgentStatus: 'Online' }, { AgentStatus: 'Offline' }]);
  });

  it('are null where nothing is there: times, objects and what may be absent', () => {
    expect(toJson(InvocationTaskSchema, create(InvocationTaskSchema), 'tat')).toMatchObject({
      StartTime: null,
      EndTime: null,
      TaskResult: null,
      CommandDocument: null,
      ErrorInfo: '',
    });
    expect(toJson(TaskResultSchema, create(TaskResultSchema), 'tat')).toMatchObject({
      ExecStartTime: null,
      ExecEndTime: null,
      Output: '',
      Dropped: 0,
    });
    expect(toJson(LateResultSchema, create(LateResultSchema), 'tat')).toMatchObject({ ExitCode: null });
    expect(toJson(LateResultSchema, create(LateResultSchema, { exitCode: 0 }), 'tat')).toMatchObject({ ExitCode: 0 });
    expect(toJson(RegisterCodeInfoSchema, create(RegisterCodeInfoSchema), 'tat')).toMatchObject({ ExpiredTime: null });
    expect(toJson(InvokerSchema, create(InvokerSchema), 'tat')).toMatchObject({
      ScheduleSettings: null,
      InstanceIds: [],
    });
    expect(toJson(ScheduleSettingsSchema, create(ScheduleSettingsSchema), 'tat')).toMatchObject({
      Policy: '',
      MissedRunWindow: null,
    });
  });

  it('show times of cam as cam does, in UTC', () => {
    expect(toJson(CommandSchema, create(CommandSchema, { createdTime: AT }), 'cam').CreatedTime).toBe(
      '2026-01-02 03:04:05',
    );
  });

  it.each([0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n])(
    'write the number %s with every digit',
    (count) => {
      const text = stringify(toJson(RefusalCountSchema, create(RefusalCountSchema, { count }), 'tat'));
      expect(text).toBe(`{"Reason":"","Count":${count}}`);
      expect(parseBody(text).Count).toEqual(new ExactNumber(String(count)));
      expect(toMessage(RefusalCountSchema, parseBody(text), { coerce: false }).count).toBe(count);
    },
  );

  it('have empty lists where there is nothing', () => {
    expect(stringify(toJson(DescribeCommandsResponseSchema, create(DescribeCommandsResponseSchema), 'tat'))).toBe(
      '{"TotalCount":0,"CommandSet":[]}',
    );
  });
});
