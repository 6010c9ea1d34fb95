import type { CommandType } from '@muster/command';
import { type InstanceKind, instanceKind, invalid, isId, notFound, Refusal } from '@muster/kernel';
import { checkOfflineRule, type OfflinePolicy, type OfflineRule } from './offline-policy.ts';
import { checkSelector, type InstanceSelector } from './selector.ts';

/** TAT's bound on the machines that one run names. */
export const INSTANCES_MAX = 200;
/** And of one cancel. */
export const CANCEL_INSTANCES_MAX = 100;

/** Where to run, as it was given. */
export interface GivenPlace {
  readonly instanceIds: readonly string[];
  readonly selector?: InstanceSelector | undefined;
  readonly offlinePolicy: OfflinePolicy;
  /** Seconds. */
  readonly offlineExpiry?: number | undefined;
}

/** Where to run: machines by their ids, or by what they are. */
export interface RunPlace {
  readonly machines: readonly string[] | InstanceSelector;
  readonly offline: OfflineRule;
}

/** What is asked of a machine before a run is made for it. */
export interface Target {
  readonly instanceId: string;
  /** Whether its agent has ever spoken. */
  readonly installed: boolean;
  readonly online: boolean;
  /** `Linux`, `Windows` or `Darwin`. */
  readonly systemName: string;
}

/** The machines that a run is made for. */
export interface AdmittedTargets<T extends Target> {
  readonly targets: readonly T[];
  /** How many of them are absent. */
  readonly offlineCount: number;
  /** How many absent ones were left out. */
  readonly skippedCount: number;
}

/**
 * Where to run: 1 to 200 machines of one kind by id, each once, or a selector. Refusals: MissingParameter, InvalidParameter.ConflictParameter,
 * InvalidParameterValue.LimitExceeded, .InvalidInstanceId, .InconsistentInstance and those of `checkSelector` and `checkOfflineRule`.
 */
export function checkPlace({ instanceIds, selector, offlinePolicy, offlineExpiry }: GivenPlace): RunPlace {
  if (selector && instanceIds.length > 0) {
    throw invalid('InvalidParameter.ConflictParameter', 'InstanceIds', 'excludes Selector, both were given');
  }
  const machines = selector ? checkSelector(selector) : checkInstanceIds(instanceIds);
  return { machines, offline: checkOfflineRule(offlinePolicy, offlineExpiry) };
}

/**
 * The machines that a call names, each once: 1 to 200 of one kind. Refusals: MissingParameter, InvalidParameterValue.LimitExceeded,
 * .InvalidInstanceId, .InconsistentInstance.
 */
export function checkInstanceIds(given: readonly string[]): readonly string[] {
  const [first] = given;
  if (first === undefined) throw invalid('MissingParameter', 'InstanceIds', 'is required, was not given');
  const ids = distinctInstanceIds(given, INSTANCES_MAX);
  const kind = instanceKind(first);
  const other = ids.find((id) => instanceKind(id) !== kind);
  if (other === undefined) return ids;
  throw invalid(
    'InvalidParameterValue.InconsistentInstance',
    'InstanceIds',
    `must all be of one kind, has \`${first}\` (${kind}) and \`${other}\` (${instanceKind(other)})`,
  );
}

/** The machines whose tags are to change, each once: 1 to 200. Refusals: MissingParameter and those of `distinctInstanceIds`. */
export function checkInstanceIdsToTag(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw invalid('MissingParameter', 'InstanceIds', 'is required, was not given');
  return distinctInstanceIds(given, INSTANCES_MAX);
}

/** Machine ids, each once. Refusals: InvalidParameterValue.LimitExceeded, .InvalidInstanceId. */
export function distinctInstanceIds(given: readonly string[], max: number): readonly string[] {
  if (given.length > max) {
    throw invalid('InvalidParameterValue.LimitExceeded', 'InstanceIds', `must be at most ${max}, was ${given.length}`);
  }
  for (const id of given) checkInstanceId(id, 'InstanceIds');
  return [...new Set(given)];
}

/** Refusal: InvalidParameterValue.InvalidInstanceId. */
export function checkInstanceId(given: string, field: string): string {
  if (isId(given, 'ins', 'lhins', 'rins')) return given;
  throw invalid(
    'InvalidParameterValue.InvalidInstanceId',
    field,
    `must be \`ins-\`, \`lhins-\` or \`rins-\` and 8 to 32 characters of a-z0-9, was \`${given.slice(0, 80)}\``,
  );
}

/** Refusal: InvalidParameterValue.InstanceIsNotRelatedToInvocation for a named machine on which the run is not. */
export function checkRelated(invocationId: string, named: readonly string[], related: readonly string[]): void {
  const all = new Set(related);
  const foreign = named.find((id) => !all.has(id));
  if (foreign === undefined) return;
  throw invalid(
    'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
    'InstanceIds',
    `must be machines of \`${invocationId}\`, \`${foreign}\` is not`,
  );
}

/** The machines in the order named. Refusal: ResourceNotFound.InstanceNotFound. */
export function inOrderNamed<T extends Pick<Target, 'instanceId'>>(ids: readonly string[], known: readonly T[]): T[] {
  const byId = new Map(known.map((target) => [target.instanceId, target]));
  return ids.map((id) => {
    const target = byId.get(id);
    if (!target) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', id);
    return target;
  });
}

/**
 * The machines that can run a command of this type, with absent ones dealt with as the rule says; one that is unfit refuses the whole run.
 * Refusals: ResourceNotFound.InstanceNotFound for none at all, ResourceUnavailable.AgentNotInstalled, .AgentStatusNotOnline,
 * InvalidParameterValue.AgentUnsupportedCommandType.
 */
export function admitTargets<T extends Target>(
  found: readonly T[],
  type: CommandType,
  { policy }: Pick<OfflineRule, 'policy'>,
): AdmittedTargets<T> {
  if (found.length === 0) {
    throw new Refusal(
      'not_found',
      'ResourceNotFound.InstanceNotFound',
      'Selector must fit a machine that you may run this on, it fits none',
      { field: 'Selector' },
    );
  }
  const present = found.filter(({ online }) => online);
  const absent = found.length - present.length;
  if (absent > 0 && (policy === 'REFUSE' || (policy === 'SKIP' && present.length === 0)))
    throw absence(found, 'InstanceIds');
  const targets = policy === 'SKIP' ? present : found;
  for (const { instanceId, systemName } of targets) {
    if (RUNS_ON[type](systemName)) continue;
    throw invalid(
      'InvalidParameterValue.AgentUnsupportedCommandType',
      'CommandType',
      `${type} does not run on ${systemName}, which \`${instanceId}\` has`,
    );
  }
  const skippedCount = found.length - targets.length;
  return { targets, offlineCount: absent - skippedCount, skippedCount };
}

/** What kind the machines of a run are of. */
export function kindOf(targets: readonly Pick<Target, 'instanceId'>[]): InstanceKind | 'MIXED' {
  const [kind, ...others] = new Set(targets.map(({ instanceId }) => instanceKind(instanceId)));
  return others.length === 0 && kind ? kind : 'MIXED';
}

/**
 * Why machines of which some are absent cannot be told anything now: ResourceUnavailable.AgentNotInstalled, .AgentStatusNotOnline. `field`
 * is what named them.
 */
export function absence(found: readonly Omit<Target, 'systemName'>[], field: string): Refusal {
  const missing = found.find(({ installed }) => !installed);
  if (missing) {
    return new Refusal(
      'conflict',
      'ResourceUnavailable.AgentNotInstalled',
      `machines must have an agent, that of \`${missing.instanceId}\` has never been heard`,
      { field },
    );
  }
  const silent = found.find(({ online }) => !online);
  return new Refusal(
    'conflict',
    'ResourceUnavailable.AgentStatusNotOnline',
    `machines must have their agent online, that of \`${silent?.instanceId}\` is not`,
    { field },
  );
}

// a missing interpreter is the machine's to tell: only what the system can never run is refused here
const RUNS_ON: Record<CommandType, (systemName: string) => boolean> = {
  SHELL: (system) => system !== 'Windows',
  PYTHON: (system) => system !== 'Windows',
  POWERSHELL: () => true,
  BAT: (system) => system === 'Windows',
};
