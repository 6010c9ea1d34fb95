import type { SelectionRules } from '@muster/command';
import { instanceKind, invalid } from '@muster/kernel';
import { SYSTEM_NAMES } from './enrollment.ts';
import { INSTANCE_NAME_MAX_CHARACTERS } from './register-code.ts';

/** An instance id of any kind. Refusal: InvalidParameterValue.InvalidInstanceId. */
export function checkInstanceId(given: string, field = 'InstanceId'): string {
  if (instanceKind(given)) return given;
  throw invalid(
    'InvalidParameterValue.InvalidInstanceId',
    field,
    `must be \`ins-\`, \`lhins-\` or \`rins-\` and 8 to 32 characters of a-z0-9, was \`${given.slice(0, 100)}\``,
  );
}

/** What DescribeAutomationAgentStatus accepts (spec section 8); `instance-name`, `Darwin` and tags are Muster's own. */
export const INSTANCE_SELECTION: SelectionRules = {
  idsField: 'InstanceIds',
  checkId: checkInstanceId,
  filters: {
    'agent-status': ['Online', 'Offline'],
    environment: SYSTEM_NAMES,
    'instance-id': 'any',
    'instance-name': 'any',
    'tag-key': 'any',
    'tag-value': 'any',
  },
  tagFilters: true,
};

/** What DescribeRegisterInstances accepts (spec section 8); `Darwin` is Muster's own. */
export const REGISTER_INSTANCE_SELECTION: SelectionRules = {
  idsField: 'InstanceIds',
  checkId: checkRegisterInstanceId,
  filters: {
    'instance-name': 'any',
    'instance-id': 'any',
    'register-status': ['Online', 'Offline'],
    'local-ip': 'any',
    'register-code-id': 'any',
    'sys-name': SYSTEM_NAMES,
    'tag-key': 'any',
    'tag-value': 'any',
  },
  tagFilters: true,
};

/** The one machine that a call is about. Refusals: MissingParameter, InvalidParameterValue.InvalidRegisterInstanceId. */
export function checkRegisterInstance(given: string): string {
  if (given === '') throw invalid('MissingParameter', 'InstanceId', 'is required, was not given');
  return checkRegisterInstanceId(given, 'InstanceId');
}

/** Machines that registered have ids of any kind: their code says which. */
function checkRegisterInstanceId(given: string, field: string): string {
  if (instanceKind(given)) return given;
  throw invalid(
    'InvalidParameterValue.InvalidRegisterInstanceId',
    field,
    `must be \`rins-\`, \`ins-\` or \`lhins-\` and 8 to 32 characters of a-z0-9, was \`${given.slice(0, 100)}\``,
  );
}

/** A machine's new name: 1 to 60 characters. Refusals: MissingParameter, InvalidParameterValue, InvalidParameterValue.TooLong. */
export function checkInstanceName(given: string): string {
  const field = 'InstanceName';
  if (given === '') throw invalid('MissingParameter', field, 'is required, was not given');
  const count = [...given].length;
  if (count > INSTANCE_NAME_MAX_CHARACTERS) {
    const limit = `must be 1 to ${INSTANCE_NAME_MAX_CHARACTERS} characters`;
    throw invalid('InvalidParameterValue.TooLong', field, `${limit}, was ${count}`);
  }
  // names are shown to people, in terminals too
  if (/\p{Cc}/u.test(given))
    throw invalid('InvalidParameterValue', field, 'must not hold control characters, but does');
  return given;
}
