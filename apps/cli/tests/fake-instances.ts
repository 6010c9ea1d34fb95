import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  AgentStatus,
  AutomationAgentInfoSchema,
  InstanceService,
  RegisterCodeInfoSchema,
  type Tag,
} from '@muster/contract';
import { tagged } from './fake-commands.ts';
import type { World } from './world.ts';

/** Plays InstanceService over the world's machines. */
export function instanceRoutes(router: ConnectRouter, { instances, directory }: World): void {
  router.service(InstanceService, {
    describeAutomationAgentStatus({ instanceIds, filters, limit = 20, offset }) {
      const passes = (agent: (typeof instances)[number]) =>
        (instanceIds.length === 0 || instanceIds.includes(agent.instanceId!)) &&
        filters.every(({ name, values }) => {
          if (name === 'instance-name') return values.includes(agent.instanceName!);
          return (
            name === 'agent-status' && values.includes(agent.agentStatus === AgentStatus.ONLINE ? 'Online' : 'Offline')
          );
        });
      const found = instances.filter(passes).map((agent) => create(AutomationAgentInfoSchema, agent as never));
      return { totalCount: found.length, automationAgentSet: found.slice(offset, offset + limit) };
    },
    tagInstances({ instanceIds, tags }) {
      for (const agent of instances) {
        if (instanceIds.includes(agent.instanceId!)) agent.tags = tagged((agent.tags ?? []) as Tag[], tags);
      }
      return {};
    },
    untagInstances({ instanceIds, tagKeys }) {
      for (const agent of instances) {
        if (!instanceIds.includes(agent.instanceId!)) continue;
        agent.tags = ((agent.tags ?? []) as Tag[]).filter(({ key }) => !tagKeys.includes(key));
      }
      return {};
    },
    createRegisterCode(request) {
      const registerCodeId = `6e1f0c1a-0000-4000-8000-${String(directory.codes.length).padStart(12, '0')}`;
      directory.codes.unshift(
        create(RegisterCodeInfoSchema, {
          registerCodeId,
          description: request.description,
          instanceNamePrefix: request.instanceNamePrefix,
          registerLimit: request.registerLimit ?? 10,
          expiredTime: timestampFromMs(Date.now() + (request.effectiveTime ?? 4) * 3_600_000),
          ipAddressRange: request.ipAddressRange,
          enabled: true,
          instanceKind: request.instanceKind,
          tags: request.tags,
          createdTime: timestampFromMs(Date.now()),
        }),
      );
      return { registerCodeId, registerCodeValue: 'ab'.repeat(32) };
    },
    describeRegisterCodes({ limit = 20, offset }) {
      const { codes } = directory;
      return { totalCount: codes.length, registerCodeSet: codes.slice(offset, offset + limit) };
    },
  });
}
