import { timestampMs } from '@bufbuild/protobuf/wkt';
import { AgentStatus, type AutomationAgentInfo, AutomationAgentInfoSchema } from '@muster/contract';
import { formatAgo } from '../../domain/duration.ts';
import { choose, parseSelector, splitList } from '../../domain/selector.ts';
import { compileGlob, listInstances } from '../../instances.ts';
import { printTable } from '../../output/table.ts';
import { toTatJson } from '../../output/to-json.ts';
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
    if (app.json) {
      app.printJson({
        TotalCount: agents.length,
        AutomationAgentSet: agents.map((agent) => toTatJson(AutomationAgentInfoSchema, agent)),
      });
    } else if (agents.length === 0) {
      app.note('no instances yet; make a code for new ones with: muster register-code create');
    } else print(app.terminal.out, agents);
    return undefined;
  },
});

function matching(agents: readonly AutomationAgentInfo[], patterns: readonly string[]): readonly AutomationAgentInfo[] {
  const selectors = patterns.flatMap(splitList).map(parseSelector);
  if (selectors.length === 0) return agents;
  const machines = agents.map((agent) => ({ id: agent.instanceId, name: agent.instanceName, agent }));
  const { chosen, unmatched } = choose(machines, selectors, compileGlob);
  if (chosen.length === 0)
    throw nothingMatched(`no instance matches ${unmatched.map((each) => `\`${each}\``).join(', ')}`);
  return chosen.map(({ agent }) => agent);
}

function print(out: Parameters<typeof printTable>[0], agents: readonly AutomationAgentInfo[]): void {
  const now = Date.now();
  const isOnline = ({ agentStatus }: AutomationAgentInfo) => agentStatus === AgentStatus.ONLINE;
  printTable<AutomationAgentInfo>(
    out,
    [
      { heading: 'NAME', cell: (agent) => agent.instanceName },
      { heading: 'ID', cell: (agent) => agent.instanceId, color: (_, colors) => colors.dim },
      {
        heading: 'STATUS',
        cell: (agent) => (isOnline(agent) ? 'Online' : 'Offline'),
        color: (agent, colors) => (isOnline(agent) ? colors.green : colors.yellow),
      },
      {
        heading: 'LAST HEARD',
        cell: ({ lastHeartbeatTime }) =>
          lastHeartbeatTime ? formatAgo(now - timestampMs(lastHeartbeatTime)) : 'never',
      },
      { heading: 'SYSTEM', cell: (agent) => agent.environment },
      { heading: 'ADDRESS', cell: (agent) => agent.localIp },
      { heading: 'AGENT', cell: (agent) => agent.version },
    ],
    agents,
  );
}
