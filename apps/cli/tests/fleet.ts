import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { AgentStatus, type AutomationAgentInfo } from '@muster/contract';

/** Machines with these names and ids that follow from their order: `ins-00000000`, `ins-00000001` … */
export function fleet(...names: string[]): Partial<AutomationAgentInfo>[] {
  return names.map((instanceName, at) => ({
    instanceId: `ins-${String(at).padStart(8, '0')}`,
    instanceName,
    hostName: instanceName,
    agentStatus: AgentStatus.ONLINE,
    environment: 'Linux',
    version: '0.1.0',
    localIp: '10.0.0.7',
    lastHeartbeatTime: timestampFromMs(Date.now()),
    createdTime: timestampFromMs(Date.UTC(2026, 0, 2)),
  }));
}

/** The same machine, gone two hours ago. */
export function offline(instance: Partial<AutomationAgentInfo>): Partial<AutomationAgentInfo> {
  return {
    ...instance,
    agentStatus: AgentStatus.OFFLINE,
    lastHeartbeatTime: timestampFromMs(Date.now() - 2 * 3_600_000 - 60_000),
  };
}
