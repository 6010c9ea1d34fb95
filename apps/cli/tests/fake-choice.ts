import {
  AgentStatus,
  type InvokeCommandRequest,
  OfflinePolicy,
  type RunCommandRequest,
  type Tag,
} from '@muster/contract';
import { notFound, Refusal } from '@muster/kernel';
import picomatch from 'picomatch';
import type { World } from './world.ts';

/** Chooses machines as invocation-svc does: by id, or by description, and by what is to become of those that are offline. */
export function chooseMachines(
  { instances }: World,
  { instanceIds, selector, offlinePolicy }: RunCommandRequest | InvokeCommandRequest,
) {
  const byId = instanceIds.map((id) => {
    const found = instances.find(({ instanceId }) => instanceId === id);
    if (!found) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', id);
    return found;
  });
  const described = instances.filter(
    ({ instanceName = '', tags = [] }) =>
      selector &&
      (selector.names.length === 0 || picomatch(selector.names)(instanceName)) &&
      selector.tags.every(({ key, values }) =>
        (tags as Tag[]).some((tag) => tag.key === key && (values.length === 0 || values.includes(tag.value))),
      ),
  );
  const chosen = selector ? described : byId;
  if (chosen.length === 0) {
    throw new Refusal('not_found', 'ResourceNotFound.InstanceNotFound', 'the selector matches no instance');
  }
  const away = chosen.filter(({ agentStatus }) => agentStatus === AgentStatus.OFFLINE);
  const skipped = offlinePolicy === OfflinePolicy.SKIP ? away : [];
  if (away.length > 0 && skipped.length === 0 && offlinePolicy !== OfflinePolicy.RUN_ON_RETURN) {
    throw new Refusal('unavailable', 'ResourceUnavailable.AgentStatusNotOnline', `${away.length} offline`);
  }
  const kept = chosen.filter((each) => !skipped.includes(each));
  return {
    machines: kept.map(({ instanceId = '', instanceName = '' }) => ({ instanceId, instanceName })),
    offline: away.length - skipped.length,
    skipped: skipped.length,
  };
}
