import { Random } from './random.ts';
import { drawScript, type Script } from './scripts.ts';

/** Everything a chaos run does, and when: a pure function of what it is drawn from. */
export interface Plan extends PlanOptions {
  /** In the order of their times. */
  readonly faults: readonly Fault[];
  readonly calls: readonly PlannedCall[];
}

/** What a plan is drawn from. */
export interface PlanOptions {
  readonly seed: number;
  /** For how long there are new runs and faults. */
  readonly seconds: number;
  readonly agents: number;
  /** How many tasks a second are asked for, on average. */
  readonly tasksPerSecond: number;
  /** How many kills a second there are; what the profile says when absent. */
  readonly killsPerSecond?: number;
  readonly profile: Profile;
}

/** What the weight is put on: `everything`, or what provokes one kind of defect. */
export type Profile = 'everything' | 'agents' | 'supervisors' | 'service' | 'cancels';

/** One fault. Times are milliseconds from the beginning. */
export type Fault = { readonly at: number } & (
  | { readonly kind: 'kill' | 'restart'; readonly victim: string }
  | { readonly kind: 'pause'; readonly victim: string; readonly forMs: number }
  | { readonly kind: 'link'; readonly victim: string; readonly forMs: number; readonly how: LinkFault }
  /** The supervisor of a running task: the one at this fraction of those that there are then. */
  | { readonly kind: 'supervisor'; readonly fraction: number }
);

/** What happens between a process and the bus. Frames are dropped or repeated one by one, as their own seed decides. */
export type LinkFault =
  | { readonly what: 'silence'; readonly way: 'up' | 'down' | 'both' }
  | { readonly what: 'cut' | 'refuse' }
  | { readonly what: 'delay'; readonly ms: number }
  | { readonly what: 'drop' | 'repeat'; readonly probability: number; readonly seed: number };

/** One run that is asked for. */
export interface PlannedCall {
  readonly at: number;
  /** Names the run, and is its client token. */
  readonly name: string;
  readonly script: Script;
  /** Numbers of machines, from 0. */
  readonly machines: readonly number[];
  /** Through the gateway, or straight to the service. */
  readonly via: 'connect' | 'grpc';
  /** Whether machines that are away are waited for; otherwise the call is refused. */
  readonly waits: boolean;
  /** When it is cancelled, counted from its answer; undefined for never. */
  readonly cancelAfterMs: number | undefined;
}

/** Faults a second, and who is hit, in weights; an agent's weight is that of all agents together. */
interface Weather {
  readonly kill: number;
  readonly restart: number;
  readonly pause: number;
  readonly link: number;
  readonly supervisor: number;
  readonly victims: Readonly<Record<string, number>>;
  readonly cancelled: number;
}

const EVERYTHING: Weather = {
  kill: 0.65,
  restart: 0.05,
  pause: 0.12,
  link: 0.18,
  supervisor: 0.03,
  victims: { agent: 66, 'invocation-svc': 10, 'nats-server': 8, 'iam-svc': 6, gateway: 6, 'command-svc': 4 },
  cancelled: 0.1,
};

const WEATHER: Readonly<Record<Profile, Weather>> = {
  everything: EVERYTHING,
  agents: { ...EVERYTHING, kill: 0.85, pause: 0, link: 0, victims: { agent: 1 } },
  // a supervisor that dies while its agent is away, too
  supervisors: { ...EVERYTHING, kill: 0.85, pause: 0, link: 0, supervisor: 2, victims: { agent: 1 } },
  service: { ...EVERYTHING, kill: 0.2, pause: 0, link: 0, victims: { 'invocation-svc': 1 } },
  cancels: { ...EVERYTHING, kill: 0.1, pause: 0.8, link: 0, victims: { agent: 1 }, cancelled: 0.8 },
};

/** Draws a plan. */
export function drawPlan(options: PlanOptions): Plan {
  const { seed, agents, profile } = options;
  const weather = WEATHER[profile];
  const { killsPerSecond = weather.kill } = options;
  const machines = machineNames(agents);
  // each has chance of its own, so that more of the one does not change the others
  const streams = Array.from({ length: 6 }, (_, index) => new Random(seed * 16 + index)) as [
    Random,
    Random,
    Random,
    Random,
    Random,
    Random,
  ];
  const victim = (random: Random) => {
    const name = random.weighted(weather.victims);
    return name === 'agent' ? random.pick(machines) : name;
  };
  const [killing, restarting, pausing, linking, orphaning, calling] = streams;
  const faults: Fault[] = [
    ...times(killing, killsPerSecond, options, (at) => ({ at, kind: 'kill', victim: victim(killing) }) as const),
    ...times(
      restarting,
      weather.restart,
      options,
      (at) => ({ at, kind: 'restart', victim: victim(restarting) }) as const,
    ),
    ...times(pausing, weather.pause, options, (at) => {
      return { at, kind: 'pause', victim: victim(pausing), forMs: pausing.int(200, 6_000) } as const;
    }),
    ...times(linking, weather.link, options, (at) => drawLinkFault(linking, at, [...machines, 'invocation-svc'])),
    ...times(orphaning, weather.supervisor, options, (at) => {
      return { at, kind: 'supervisor', fraction: orphaning.fraction() } as const;
    }),
  ];
  faults.sort((one, other) => one.at - other.at);
  return { ...options, faults, calls: drawCalls(calling, options, weather.cancelled) };
}

/** What machines are called, from the first. */
export function machineNames(agents: number): string[] {
  return Array.from({ length: agents }, (_, index) => `web-${index + 1}`);
}

function drawLinkFault(random: Random, at: number, links: readonly string[]): Fault {
  const victim = random.pick(links);
  const forMs = random.int(300, 8_000);
  const link = (how: LinkFault): Fault => ({ at, kind: 'link', victim, forMs, how });
  const what = random.weighted({ silence: 40, cut: 15, refuse: 10, delay: 15, drop: 10, repeat: 10 });
  switch (what) {
    case 'silence':
      return link({ what, way: random.pick(['up', 'down', 'both']) });
    case 'delay':
      return link({ what, ms: random.int(20, 800) });
    case 'drop':
    case 'repeat':
      return link({ what, probability: random.int(10, 60) / 100, seed: random.int(0, 2 ** 31 - 1) });
    default:
      return link({ what });
  }
}

function drawCalls(random: Random, options: PlanOptions, cancelled: number): PlannedCall[] {
  const { agents, tasksPerSecond } = options;
  const numbers = Array.from({ length: agents }, (_, index) => index);
  const callsPerSecond = tasksPerSecond / ((agents + 1) / 2);
  return times(random, callsPerSecond, options, (at) => ({
    at,
    script: drawScript(random),
    machines: random.some(numbers, random.int(1, agents)),
    via: random.chance(0.5) ? ('connect' as const) : ('grpc' as const),
    waits: random.chance(0.9),
    cancelAfterMs: random.chance(cancelled) ? random.int(0, 2_000) : undefined,
  })).map((call, index) => ({ ...call, name: `chaos-${options.seed}-${index}` }));
}

function times<T>(random: Random, perSecond: number, { seconds }: PlanOptions, make: (at: number) => T): T[] {
  if (perSecond === 0) return [];
  const made: T[] = [];
  for (let at = random.gapMs(perSecond); at < seconds * 1_000; at += random.gapMs(perSecond))
    made.push(make(Math.round(at)));
  return made;
}
