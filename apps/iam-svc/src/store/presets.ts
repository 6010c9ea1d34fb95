import { PRESETS } from '@muster/policy';
import type { Policy, PolicyVersion } from './policy-store.ts';

const ONLY_VERSION = 1;

const documents = new Map(PRESETS.map(({ policyId, document }) => [policyId, document]));

/** The presets as they stand beside an account's own policies, by id. */
export const presets: readonly Policy[] = PRESETS.map(({ policyId, name, description }) => ({
  policyId,
  type: 'preset',
  policyName: name,
  description,
  version: ONLY_VERSION,
  createdAt: undefined,
  updatedAt: undefined,
}));

/** The one version of a preset; undefined for everything else. */
export function presetVersion(policyId: number): PolicyVersion | undefined {
  const document = documents.get(policyId);
  return document === undefined ? undefined : { version: ONLY_VERSION, document, createdAt: undefined };
}
