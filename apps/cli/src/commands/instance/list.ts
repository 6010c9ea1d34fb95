import {
  AgentStatus,
  type AutomationAgentInfo,
  AutomationAgentInfoSchema,
  type RegisterInstanceInfo,
  RegisterInstanceInfoSchema,
} from '@muster/contract';
import { InvalidArgumentError } from 'commander';
import type { App } from '../../app.ts';
import { cloneNote } from '../../clone-note.ts';
import { byName } from '../../domain/by-name.ts';
import { choose, parseSelector, splitList } from '../../domain/selector.ts';
import { formatTags } from '../../domain/tags.ts';
import { guardNotes } from '../../guard-note.ts';
import { compileGlob, listInstances, listRegistered } from '../../instances.ts';
import { collect } from '../../option-values.ts';
import { printList } from '../../output/list.ts';
import type { Column } from '../../output/table.ts';
import { ago } from '../../output/time.ts';
import type { Session } from '../../session.ts';
import { nothingMatched, Stop } from '../../stop.ts';
import { tagFiltersFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly online?: boolean;
  readonly offline?: boolean;
  readonly system?: string;
  readonly tag?: readonly string[];
  readonly registered?: boolean;
  readonly code?: string;
  readonly address?: string;
}

/** `muster instance list`: machines and whether they can be reached. */
export const instanceList = verb<Options, [patterns: string[]]>({
  configure(command) {
    command
      .argument('[pattern...]', "only these: names, ids, globs such as 'web-*'")
      .option('--online', 'only those that can be reached now')
      .option('--offline', 'only those that cannot')
      .option('--system <name>', 'only Linux or Windows', system)
      .option('--tag <key=value>', 'only with this tag, or key=a,b for one of several values; repeatable', collect)
      .option('--registered', 'with what they registered: code, machine id, address')
      .option('--code <id>', 'only those that registered with this code; --registered is implied')
      .option('--address <ip>', 'only at this address; --registered is implied');
  },
  examples: [
    'muster instance list',
    "muster instance list 'web-*' --online --tag stage=prod,test",
    'muster instance list --registered --system linux --json',
    'muster instance list --code 6e1f0c1a-0000-4000-8000-000000000000',
  ],
  async run(app, options, patterns) {
    if (options.online && options.offline) throw new Stop('--online and --offline leave nothing: give one of them');
    const tagFilters = tagFiltersFrom(options.tag);
    const session = await app.connect();
    const listing = { app, session, options, tagFilters, patterns };
    const { registered, code, address } = options;
    if (registered || code !== undefined || address !== undefined) await printRegistered(listing);
    else await printAgents(listing);
    return undefined;
  },
});

interface Asked {
  readonly app: App;
  readonly session: Session;
  readonly options: Options;
  readonly tagFilters: { name: string; values: string[] }[];
  readonly patterns: readonly string[];
}

async function printAgents({ app, session, options, tagFilters, patterns }: Asked): Promise<void> {
  const { items } = await listInstances(session, [
    ...statusFilter('agent-status', options),
    ...given('environment', options.system),
    ...tagFilters,
  ]);
  const agents = matching(items, patterns);
  const now = Date.now();
  printList(app, {
    schema: AutomationAgentInfoSchema,
    items: agents,
    names: { list: 'AutomationAgentSet', total: 'TotalCount' },
    none: 'no instances to show; how to add one: muster agent install',
    columns: [
      ...naming<AutomationAgentInfo>(({ agentStatus }) => agentStatus),
      { heading: 'LAST HEARD', cell: ({ lastHeartbeatTime }) => ago(lastHeartbeatTime, now) || 'never' },
      { heading: 'SYSTEM', cell: (agent) => agent.environment },
      { heading: 'ADDRESS', cell: (agent) => agent.localIp },
      { heading: 'AGENT', cell: (agent) => agent.version },
      { heading: 'TAGS', cell: ({ tags }) => formatTags(tags), flexible: true },
    ],
  });
  sayClones(app, agents);
  for (const note of agents.flatMap(guardNotes)) app.note(app.terminal.err.colors.yellow(note));
}

async function printRegistered({ app, session, options, tagFilters, patterns }: Asked): Promise<void> {
  const instances = await listRegistered(session, [
    ...statusFilter('register-status', options),
    ...given('sys-name', options.system),
    ...given('register-code-id', options.code),
    ...given('local-ip', options.address),
    ...tagFilters,
  ]);
  const chosen = matching(instances, patterns);
  const now = Date.now();
  printList(app, {
    schema: RegisterInstanceInfoSchema,
    items: chosen,
    names: { list: 'RegisterInstanceSet', total: 'TotalCount' },
    none: 'no such instances; how to add one: muster agent install',
    columns: [
      ...naming<RegisterInstanceInfo>(({ status }) => status),
      { heading: 'REGISTERED', cell: ({ createdTime }) => ago(createdTime, now) },
      { heading: 'SYSTEM', cell: ({ systemName }) => systemName },
      { heading: 'ADDRESS', cell: ({ localIp }) => localIp },
      { heading: 'HOST', cell: ({ hostName }) => hostName },
      { heading: 'MACHINE', cell: ({ machineId }) => machineId, flexible: true },
      { heading: 'CODE', cell: ({ registerCodeId }) => registerCodeId, flexible: true },
      { heading: 'TAGS', cell: ({ tags }) => formatTags(tags), flexible: true },
    ],
  });
  sayClones(app, chosen);
}

function naming<I extends AutomationAgentInfo | RegisterInstanceInfo>(
  statusOf: (instance: I) => AgentStatus,
): Column<I>[] {
  const isOnline = (instance: I) => statusOf(instance) === AgentStatus.ONLINE;
  return [
    { heading: 'NAME', cell: ({ instanceName }) => instanceName },
    { heading: 'ID', cell: ({ instanceId }) => instanceId, color: (_, colors) => colors.dim },
    {
      heading: 'STATUS',
      cell: (instance) => (isOnline(instance) ? 'Online' : 'Offline'),
      color: (instance, colors) => (isOnline(instance) ? colors.green : colors.yellow),
    },
  ];
}

function sayClones(app: App, instances: readonly (AutomationAgentInfo | RegisterInstanceInfo)[]): void {
  for (const instance of instances) {
    const note = cloneNote(instance, Date.now());
    if (note) app.note(app.terminal.err.colors.yellow(note));
  }
}

function statusFilter(name: string, { online, offline }: Options) {
  return online || offline ? [{ name, values: [online ? 'Online' : 'Offline'] }] : [];
}

function given(name: string, value: string | undefined) {
  return value === undefined ? [] : [{ name, values: [value] }];
}

function matching<I extends { instanceId: string; instanceName: string }>(
  instances: readonly I[],
  patterns: readonly string[],
): I[] {
  const machines = instances
    .map((instance) => ({ id: instance.instanceId, name: instance.instanceName, instance }))
    .toSorted(byName);
  const selectors = patterns.flatMap(splitList).map(parseSelector);
  if (selectors.length === 0) return machines.map(({ instance }) => instance);
  const { chosen, unmatched } = choose(machines, selectors, compileGlob);
  if (chosen.length === 0)
    throw nothingMatched(`no instance matches ${unmatched.map((each) => `\`${each}\``).join(', ')}`);
  return chosen.map(({ instance }) => instance);
}

function system(value: string): string {
  const found = ['Linux', 'Windows', 'Darwin'].find((each) => each.toLowerCase() === value.toLowerCase());
  if (!found) throw new InvalidArgumentError('It must be Linux, Windows or Darwin.');
  return found;
}
