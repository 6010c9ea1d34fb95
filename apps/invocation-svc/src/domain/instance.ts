import type { SelectionRules } from '@muster/command';
import { instanceKind, invalid } from '@muster/kernel';
import { SYSTEM_NAMES } from './enrollment.ts';

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
  },
  tagFilters: true,
};
