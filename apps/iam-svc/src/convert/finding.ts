import type { MessageInitShape } from '@bufbuild/protobuf';
import { FindingSeverity, type PolicyFindingSchema } from '@muster/contract';
import type { Finding } from '@muster/policy';

const SEVERITY_TO_PROTO = {
  error: FindingSeverity.ERROR,
  warning: FindingSeverity.WARNING,
} satisfies Record<Finding['severity'], FindingSeverity>;

/** What the linter found, as answers show it. */
export function toFinding({ severity, ...finding }: Finding): MessageInitShape<typeof PolicyFindingSchema> {
  return { severity: SEVERITY_TO_PROTO[severity], ...finding };
}
