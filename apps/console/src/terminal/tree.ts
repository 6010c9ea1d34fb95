import { AgentStatus, type AutomationAgentInfo } from '@muster/contract';

/** How machines are put together: by presence, by kind of system, or by the values of a tag (`tag:` and its key). */
export type Grouping = 'presence' | 'system' | `tag:${string}`;

/** A line of the tree. */
export type TreeRow =
  | { readonly kind: 'group'; readonly name: string; readonly count: number; readonly open: boolean }
  | {
      readonly kind: 'instance';
      readonly group: string;
      readonly instance: AutomationAgentInfo;
      /** Its place in the group, from 1. */
      readonly place: number;
      readonly of: number;
    };

/** The groupings that make sense for these machines, tag keys in order of how many machines have them. */
export function groupings(instances: readonly AutomationAgentInfo[]): Grouping[] {
  const counts = new Map<string, number>();
  for (const { tags } of instances) {
    for (const { key } of tags) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const keys = [...counts].toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([key]) => key);
  return ['presence', 'system', ...keys.map((key): Grouping => `tag:${key}`)];
}

/** The tree as lines from top to bottom: groups by name, machines by name, closed groups without theirs. */
export function treeRows(
  instances: readonly AutomationAgentInfo[],
  grouping: Grouping,
  closed: ReadonlySet<string>,
): TreeRow[] {
  const groups = Map.groupBy(instances, (instance) => groupOf(instance, grouping));
  return [...groups]
    .toSorted(([a], [b]) => rank(a) - rank(b) || COLLATOR.compare(a, b))
    .flatMap(([name, members]) => {
      const open = !closed.has(name);
      const group: TreeRow = { kind: 'group', name, count: members.length, open };
      if (!open) return [group];
      const sorted = members.toSorted((a, b) => COLLATOR.compare(nameOf(a), nameOf(b)));
      return [
        group,
        ...sorted.map(
          (instance, index): TreeRow => ({
            kind: 'instance',
            group: name,
            instance,
            place: index + 1,
            of: sorted.length,
          }),
        ),
      ];
    });
}

/** What a person calls a machine. */
export function nameOf({ instanceName, hostName, instanceId }: AutomationAgentInfo): string {
  return instanceName || hostName || instanceId;
}

const COLLATOR = new Intl.Collator('en', { numeric: true });
const WITHOUT = 'Without this tag';

function groupOf({ agentStatus, environment, tags }: AutomationAgentInfo, grouping: Grouping): string {
  if (grouping === 'presence') return agentStatus === AgentStatus.ONLINE ? 'Online' : 'Offline';
  if (grouping === 'system') return environment || 'Unknown system';
  const key = grouping.slice('tag:'.length);
  return tags.find((tag) => tag.key === key)?.value ?? WITHOUT;
}

/** What can be reached stands first, what has no value last. */
function rank(group: string): number {
  return group === 'Online' ? 0 : group === WITHOUT ? 2 : 1;
}
