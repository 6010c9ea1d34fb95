import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  AgentStatus,
  AutomationAgentInfoSchema,
  InstanceService,
  RegisterCodeInfoSchema,
  RegisterInstanceInfoSchema,
  type Tag,
} from '@muster/contract';
import { notFound } from '@muster/kernel';
import { tagged } from './fake-commands.ts';
import type { World } from './world.ts';

/** The code that every machine of the fake gateway registered with. */
export const CODE_ID = '6e1f0c1a-0000-4000-8000-000000000000';

/** Plays InstanceService over the world's machines. */
export function instanceRoutes(router: ConnectRouter, { instances, directory, library }: World): void {
  const known = (instanceId: string) => {
    const found = instances.find((agent) => agent.instanceId === instanceId);
    if (!found) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', instanceId);
    return found;
  };
  const codes = (ids: readonly string[]) =>
    ids.map((id) => {
      const found = directory.codes.find(({ registerCodeId }) => registerCodeId === id);
      if (!found) throw notFound('ResourceNotFound.RegisterCodeNotFound', 'register code', id);
      return found;
    });
  router.service(InstanceService, {
    describeAutomationAgentStatus({ instanceIds, filters, limit = 20, offset }) {
      const passes = (agent: (typeof instances)[number]) =>
        (instanceIds.length === 0 || instanceIds.includes(agent.instanceId!)) &&
        filters.every(({ name, values }) => {
          if (name === 'instance-name') return values.includes(agent.instanceName!);
          if (name === 'environment') return values.includes(agent.environment!);
          if (name === 'agent-status') return values.includes(statusOf(agent));
          return ((agent.tags ?? []) as Tag[]).some((tag) => name === `tag:${tag.key}` && values.includes(tag.value));
        });
      const found = instances.filter(passes).map((agent) => create(AutomationAgentInfoSchema, agent as never));
      return { totalCount: found.length, automationAgentSet: found.slice(offset, offset + limit) };
    },
    describeRegisterInstances({ filters, limit = 20, offset }) {
      const passes = (agent: (typeof instances)[number]) =>
        filters.every(({ name, values }) => {
          if (name === 'register-code-id') return values.includes(CODE_ID);
          if (name === 'sys-name') return values.includes(agent.environment!);
          return name === 'register-status' && values.includes(statusOf(agent));
        });
      const found = instances.filter(passes).map((agent) =>
        create(RegisterInstanceInfoSchema, {
          ...(agent as object),
          registerCodeId: CODE_ID,
          systemName: agent.environment!,
          status: agent.agentStatus!,
          machineId: 'a1b2c3',
        }),
      );
      return { totalCount: found.length, registerInstanceSet: found.slice(offset, offset + limit) };
    },
    modifyRegisterInstance({ instanceId, instanceName }) {
      known(instanceId).instanceName = instanceName;
      return {};
    },
    deleteRegisterInstance({ instanceId }) {
      instances.splice(instances.indexOf(known(instanceId)), 1);
      return {};
    },
    describeQuotas({ resourceNames }) {
      const used: Record<string, number> = { COMMAND: library.commands.length, REGISTER_CODE: directory.codes.length };
      return {
        generalResourceQuotaSet: resourceNames.map((resourceName) => ({
          resourceName,
          resourceQuotaUsed: used[resourceName]!,
          resourceQuotaTotal: 500,
        })),
      };
    },
    describeRegions() {
      return {
        totalCount: 1,
        regionSet: [{ region: 'ap-guangzhou', regionName: 'Guangzhou', regionState: 'AVAILABLE' }],
      };
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
    disableRegisterCodes({ registerCodeIds }) {
      for (const code of codes(registerCodeIds)) code.enabled = false;
      return {};
    },
    deleteRegisterCodes({ registerCodeIds }) {
      const gone = codes(registerCodeIds);
      directory.codes.splice(0, Infinity, ...directory.codes.filter((code) => !gone.includes(code)));
      return {};
    },
    tagRegisterCodes({ registerCodeIds, tags }) {
      for (const code of codes(registerCodeIds)) code.tags = tagged(code.tags, tags);
      return {};
    },
    untagRegisterCodes({ registerCodeIds, tagKeys }) {
      for (const code of codes(registerCodeIds)) code.tags = code.tags.filter(({ key }) => !tagKeys.includes(key));
      return {};
    },
    describeRegisterCodes({ limit = 20, offset }) {
      const { codes } = directory;
      return { totalCount: codes.length, registerCodeSet: codes.slice(offset, offset + limit) };
    },
  });
}

function statusOf({ agentStatus }: World['instances'][number]): 'Online' | 'Offline' {
  return agentStatus === AgentStatus.ONLINE ? 'Online' : 'Offline';
}
