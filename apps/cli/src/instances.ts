import { timestampMs } from '@bufbuild/protobuf/wkt';
import { AgentStatus, type AutomationAgentInfo, type RegisterInstanceInfo } from '@muster/contract';
import { instanceKind } from '@muster/kernel';
import picomatch from 'picomatch';
import { byName } from './domain/by-name.ts';
import { choose, type Machine, type Selector } from './domain/selector.ts';
import { refusalIn } from './failure.ts';
import { chunks, readPages } from './pages.ts';
import type { Session } from './session.ts';

/** Values that one filter may hold. */
const FILTER_VALUES_MAX = 5;

/** A machine that was chosen. */
export interface Target extends Machine {
  /** Undefined when the caller may not see its presence. */
  readonly online: boolean | undefined;
  /** When it was last heard from, in milliseconds since 1970. */
  readonly lastHeardMs: number | undefined;
}

/** Every instance that the caller may see. */
export async function listInstances(
  session: Session,
  filters: { name: string; values: string[] }[] = [],
  limit?: number,
): Promise<{ items: AutomationAgentInfo[]; total: number }> {
  return readPages(async (page) => {
    const answer = await session.instances.describeAutomationAgentStatus({ filters, ...page });
    return { items: answer.automationAgentSet, total: answer.totalCount };
  }, limit);
}

/** Every registered instance that the caller may see and that passes the filters. */
export async function listRegistered(
  session: Session,
  filters: { name: string; values: string[] }[],
): Promise<RegisterInstanceInfo[]> {
  const { items } = await readPages(async (page) => {
    const answer = await session.instances.describeRegisterInstances({ filters, ...page });
    return { items: answer.registerInstanceSet, total: answer.totalCount };
  });
  return items;
}

/**
 * The machines that selectors name, ordered by name, and those selectors that name none. Exact ids work for callers that may run there without
 * seeing anything.
 */
export async function findTargets(
  session: Session,
  selectors: readonly Selector[],
): Promise<{ chosen: Target[]; unmatched: string[] }> {
  const wanted = selectors.filter(({ exclude }) => !exclude);
  const ids = wanted.filter(({ pattern }) => instanceKind(pattern) !== undefined).map(({ pattern }) => pattern);
  const others = wanted.filter(({ pattern }) => instanceKind(pattern) === undefined);
  const found = new Map<string, Target>();
  for (const target of [...(await describeIds(session, ids)), ...(await describeOthers(session, others))]) {
    found.set(target.id, target);
  }
  return choose([...found.values()].toSorted(byName), selectors, compileGlob);
}

/** Globs with sets and braces: `web-[1-3]`, `{web,db}-*`. */
export function compileGlob(pattern: string): (text: string) => boolean {
  return picomatch(pattern, { dot: true, nonegate: true, noextglob: true, bash: true });
}

async function describeIds(session: Session, ids: readonly string[]): Promise<Target[]> {
  const targets: Target[] = [];
  for (const instanceIds of chunks([...new Set(ids)])) {
    try {
      const answer = await session.instances.describeAutomationAgentStatus({ instanceIds, limit: instanceIds.length });
      targets.push(...answer.automationAgentSet.map(toTarget));
    } catch (error) {
      if (refusalIn(error)?.kind !== 'denied') throw error;
      targets.push(...instanceIds.map((id) => ({ id, name: id, online: undefined, lastHeardMs: undefined })));
    }
  }
  return targets;
}

async function describeOthers(session: Session, selectors: readonly Selector[]): Promise<Target[]> {
  if (selectors.length === 0) return [];
  const exact = selectors.length <= FILTER_VALUES_MAX && selectors.every(({ glob }) => !glob);
  const values = selectors.map(({ pattern }) => pattern);
  const { items } = await listInstances(session, exact ? [{ name: 'instance-name', values }] : []);
  return items.map(toTarget);
}

function toTarget(agent: AutomationAgentInfo): Target {
  return {
    id: agent.instanceId,
    name: agent.instanceName || agent.instanceId,
    online: agent.agentStatus === AgentStatus.ONLINE,
    lastHeardMs: agent.lastHeartbeatTime && timestampMs(agent.lastHeartbeatTime),
  };
}
