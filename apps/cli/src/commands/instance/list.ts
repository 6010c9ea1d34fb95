import { AgentStatus, type AutomationAgentInfo, AutomationAgentInfoSchema } from '@muster/contract';
import { byName } from '../../domain/by-name.ts';
import { choose, parseSelector, splitList } from '../../domain/selector.ts';
import { formatTags } from '../../domain/tags.ts';
import { compileGlob, listInstances } from '../../instances.ts';
import { printList } from '../../output/list.ts';
import { ago } from '../../output/time.ts';
import { nothingMatched, Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly online?: boolean;
  readonly offline?: boolean;
}

/** `muster instance list`: machines and whether they can be reached. */
export const instanceList = verb<Options, [patterns: string[]]>({
  configure(command) {
    command
      .argument('[pattern...]', "only these: names, ids, globs such as 'web-*'")
      .option('--online', 'only those that can be reached now')
      .option('--offline', 'only those that cannot');
  },
  examples: ['muster instance list', "muster instance list 'web-*' --online", 'muster instance list --json'],
  async run(app, { online, offline }, patterns) {
    if (online && offline) throw new Stop('--online and --offline leave nothing: give one of them');
    const session = await app.connect();
    const status = online ? 'Online' : offline ? 'Offline' : undefined;
    const { items } = await listInstances(session, status ? [{ name: 'agent-status', values: [status] }] : []);
    const agents = matching(items, patterns);
    const now = Date.now();
    printList(app, {
      schema: AutomationAgentInfoSchema,
      items: agents,
      names: { list: 'AutomationAgentSet', total: 'TotalCount' },
      none: 'no instances to show; make a code for new ones with: muster register-code create',
      columns: [
        { heading: 'NAME', cell: (agent) => agent.instanceName },
        { heading: 'ID', cell: (agent) => agent.instanceId, color: (_, colors) => colors.dim },
        {
          heading: 'STATUS',
          cell: (agent) => (isOnline(agent) ? 'Online' : 'Offline'),
          color: (agent, colors) => (isOnline(agent) ? colors.green : colors.yellow),
        },
        { heading: 'LAST HEARD', cell: ({ lastHeartbeatTime }) => ago(lastHeartbeatTime, now) || 'never' },
        { heading: 'SYSTEM', cell: (agent) => agent.environment },
        { heading: 'ADDRESS', cell: (agent) => agent.localIp },
        { heading: 'AGENT', cell: (agent) => agent.version },
        { heading: 'TAGS', cell: ({ tags }) => formatTags(tags) },
      ],
    });
    return undefined;
  },
});

function matching(agents: readonly AutomationAgentInfo[], patterns: readonly string[]): readonly AutomationAgentInfo[] {
  const machines = agents.map((agent) => ({ id: agent.instanceId, name: agent.instanceName, agent })).toSorted(byName);
  const selectors = patterns.flatMap(splitList).map(parseSelector);
  if (selectors.length === 0) return machines.map(({ agent }) => agent);
  const { chosen, unmatched } = choose(machines, selectors, compileGlob);
  if (chosen.length === 0)
    throw nothingMatched(`no instance matches ${unmatched.map((each) => `\`${each}\``).join(', ')}`);
  return chosen.map(({ agent }) => agent);
}

function isOnline({ agentStatus }: AutomationAgentInfo): boolean {
  return agentStatus === AgentStatus.ONLINE;
}
