// path: libs/rpc/src/canary.ts
// rule: @nx/enforce-module-boundaries
import * as policy from '@muster/policy';
export const canary = policy;
