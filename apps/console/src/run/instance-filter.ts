import { AgentStatus, type AutomationAgentInfo } from '@muster/contract';

/** Machines that match every word of the text: in name, id, host name, address or system; `online` and `offline` mean presence. */
export function matching(all: readonly AutomationAgentInfo[], text: string): readonly AutomationAgentInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  return all.filter((instance) => words.every((word) => matches(instance, word)));
}

function matches(instance: AutomationAgentInfo, word: string): boolean {
  if (word === 'online') return instance.agentStatus === AgentStatus.ONLINE;
  if (word === 'offline') return instance.agentStatus !== AgentStatus.ONLINE;
  const { instanceName, instanceId, hostName, localIp, environment } = instance;
  return [instanceName, instanceId, hostName, localIp, environment].some((text) => text.toLowerCase().includes(word));
}
