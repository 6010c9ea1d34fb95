/** A condition that every engine of the comparison can express. */
export type Condition =
  | { readonly kind: 'ip'; readonly base: string; readonly bits: number }
  | { readonly kind: 'before'; readonly time: string }
  | { readonly kind: 'zone'; readonly names: readonly string[] };

/** One statement in a form that is nobody's own. */
export interface Rule {
  readonly effect: 'allow' | 'deny';
  /** `svc:Act`, also with stars. */
  readonly actions: readonly string[];
  /** Six segments with stars, or `*`. */
  readonly resources: readonly string[];
  readonly condition: Condition | undefined;
}

/** A user with everything that reaches it, own policies and those of its groups. */
export interface User {
  readonly uin: string;
  readonly policies: readonly number[];
}

/** One question. */
export interface Ask {
  readonly user: number;
  readonly action: string;
  readonly resource: string;
  readonly ip: string;
  readonly time: string;
  readonly zone: string;
}

/** Who may do what, and what is asked. */
export interface Workload {
  readonly policies: readonly (readonly Rule[])[];
  readonly users: readonly User[];
  readonly asks: readonly Ask[];
  readonly actions: readonly string[];
}

export const ROOT_UIN = '100000000001';
export const APP_ID = '1250000000';

const SERVICES = ['tat', 'cvm', 'cos', 'batch', 'vpc'];
const VERBS = ['Describe', 'Create', 'Delete', 'Modify', 'Run', 'Stop', 'Tag'];
const NOUNS = ['Command', 'Instance', 'Job', 'Image', 'Disk'];
const REGIONS = ['ap-guangzhou', 'ap-beijing', 'ap-shanghai'];
const ZONES = ['zone-a', 'zone-b', 'zone-c'];

/** The same numbers for the same seed (mulberry32). */
function dice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (most: number) => Math.floor(next() * most);
  return {
    below,
    chance: (share: number) => next() < share,
    of: <T>(items: readonly T[]): T => items[below(items.length)]!,
    some: <T>(items: readonly T[], count: number): T[] =>
      Array.from({ length: count }, () => items[below(items.length)]!),
  };
}

type Dice = ReturnType<typeof dice>;

const allActions = () =>
  SERVICES.flatMap((service) => VERBS.flatMap((verb) => NOUNS.map((noun) => `${service}:${verb}${noun}`)));

/**
 * The account of the comparison: 1,000 users in 50 groups, 200 policies of 2 to 4 statements (about 600), a fifth of them
 * denials, a third with a condition; a user has 2 policies of its own and those of 3 groups.
 */
export function typicalWorkload(seed: number): Workload {
  const roll = dice(seed);
  const actions = allActions();
  const policies = Array.from({ length: 200 }, () =>
    Array.from({ length: 2 + roll.below(3) }, () => rule(roll, actions)),
  );
  const groups = Array.from({ length: 50 }, () => Array.from({ length: 2 + roll.below(2) }, () => roll.below(200)));
  const users = Array.from({ length: 1_000 }, (_, index) => {
    const own = [roll.below(200), roll.below(200)];
    const inherited = roll.some(groups, 3).flat();
    return { uin: String(100_000_000_100 + index), policies: [...new Set([...own, ...inherited])] };
  });
  return { policies, users, actions, asks: Array.from({ length: 5_000 }, () => ask(roll, policies, users)) };
}

/** The same policies, all 200 attached to one user: the most that CAM takes. */
export function fullWorkload(seed: number): Workload {
  const roll = dice(seed + 1);
  const { policies, actions } = typicalWorkload(seed);
  const users = [{ uin: '100000000100', policies: policies.map((_, index) => index) }];
  return { policies, users, actions, asks: Array.from({ length: 5_000 }, () => ask(roll, policies, users)) };
}

function rule(roll: Dice, actions: readonly string[]): Rule {
  const service = roll.of(SERVICES);
  const own = actions.filter((action) => action.startsWith(service));
  const named = roll.chance(0.6)
    ? roll.some(own, 1 + roll.below(4))
    : [roll.of([`${service}:Describe*`, `${service}:*`, `${service}:${roll.of(VERBS)}*`])];
  const deny = roll.chance(0.2);
  return {
    effect: deny ? 'deny' : 'allow',
    actions: [...new Set(named)],
    // who denies, denies narrowly
    resources: deny
      ? [thing(roll, service, true)]
      : Array.from({ length: 1 + roll.below(2) }, () => thing(roll, service, false)),
    condition: roll.chance(0.34) ? condition(roll) : undefined,
  };
}

function thing(roll: Dice, service: string, narrow: boolean): string {
  if (!narrow && roll.chance(0.2)) return '*';
  const region = roll.chance(0.5) ? '' : roll.of(REGIONS);
  const kind = roll.of(['instance', 'command', 'job']);
  const path =
    narrow || roll.chance(0.4)
      ? `${kind}/${kind.slice(0, 3)}-${roll.below(40)}`
      : roll.of([`${kind}/*`, `${kind}/${kind.slice(0, 3)}-1*`, '*']);
  return `qcs::${service}:${region}:uin/${ROOT_UIN}:${path}`;
}

function condition(roll: Dice): Condition {
  switch (roll.below(3)) {
    case 0:
      return { kind: 'ip', base: roll.of(['10.0.0.0', '10.1.0.0', '192.168.0.0']), bits: roll.of([8, 16]) };
    case 1:
      return { kind: 'before', time: roll.of(['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']) };
    default:
      return { kind: 'zone', names: roll.some(ZONES, 2) };
  }
}

/** Most questions are near to what somebody may do: a question that no statement names is cheap for everybody. */
function ask(roll: Dice, policies: Workload['policies'], users: readonly User[]): Ask {
  const user = roll.below(users.length);
  const rules = users[user]!.policies.flatMap((policy) => policies[policy]!);
  const near = roll.of(rules);
  const named = roll.of(near.actions);
  const action = named.includes('*') || roll.chance(0.2) ? roll.of(allActions()) : named;
  const service = action.slice(0, action.indexOf(':'));
  const kind = roll.of(['instance', 'command', 'job']);
  return {
    user,
    action,
    resource: `qcs::${service}:${roll.of(REGIONS)}:uin/${ROOT_UIN}:${kind}/${kind.slice(0, 3)}-${roll.below(40)}`,
    ip: roll.of(['10.0.0.7', '10.1.2.3', '192.168.4.5', '203.0.113.9']),
    time: roll.of(['2025-11-01T00:00:00Z', '2026-11-01T00:00:00Z']),
    zone: roll.of(ZONES),
  };
}
