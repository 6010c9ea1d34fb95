import type { CommandType } from '@muster/command';
import { type InstanceKind, instanceKind, invalid, isId, notFound, Refusal } from '@muster/kernel';

/** TAT's bound on the machines of one run. */
export const INSTANCES_MAX = 200;
/** And of one cancel. */
export const CANCEL_INSTANCES_MAX = 100;

/** What is asked of a machine before a run is made for it. */
export interface Target {
  readonly instanceId: string;
  readonly online: boolean;
  /** `Linux`, `Windows` or `Darwin`. */
  readonly systemName: string;
}

/**
 * The machines of a run, each once: 1 to 200 of one kind. Refusals: MissingParameter, InvalidParameterValue.LimitExceeded,
 * .InvalidInstanceId, .InconsistentInstance.
 */
export function checkInstanceIds(given: readonly string[]): { ids: readonly string[]; kind: InstanceKind } {
  const [first] = given;
  if (first === undefined) throw invalid('MissingParameter', 'InstanceIds', 'is required, was not given');
  const ids = distinctInstanceIds(given, INSTANCES_MAX);
  const kind = instanceKind(first) as InstanceKind;
  const other = ids.find((id) => instanceKind(id) !== kind);
  if (other === undefined) return { ids, kind };
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

/**
 * The machines in the order named, fit to run a command of this type now; one that is not refuses the whole run. Refusals:
 * ResourceNotFound.InstanceNotFound, ResourceUnavailable.AgentStatusNotOnline, InvalidParameterValue.AgentUnsupportedCommandType.
 */
export function checkTargets<T extends Target>(ids: readonly string[], known: readonly T[], type: CommandType): T[] {
  const byId = new Map(known.map((target) => [target.instanceId, target]));
  const targets = ids.map((id) => {
    const target = byId.get(id);
    if (!target) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', id);
    return target;
  });
  for (const { instanceId, online } of targets) {
    if (online) continue;
    throw new Refusal(
      'conflict',
      'ResourceUnavailable.AgentStatusNotOnline',
      `InstanceIds must name machines whose agent is online, that of \`${instanceId}\` is not`,
      { field: 'InstanceIds' },
    );
  }
  for (const { instanceId, systemName } of targets) {
    if (RUNS_ON[type](systemName)) continue;
    throw invalid(
      'InvalidParameterValue.AgentUnsupportedCommandType',
      'CommandType',
      `${type} does not run on ${systemName}, which \`${instanceId}\` has`,
    );
  }
  return targets;
}

// a missing interpreter is the machine's to tell: only what the system can never run is refused here
const RUNS_ON: Record<CommandType, (systemName: string) => boolean> = {
  SHELL: (system) => system !== 'Windows',
  PYTHON: (system) => system !== 'Windows',
  POWERSHELL: () => true,
  BAT: (system) => system === 'Windows',
};
