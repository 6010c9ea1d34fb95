// path: apps/iam-svc/src/canary.ts
// rule: no-restricted-imports
import { silentLogger } from '@muster/testkit';
export const canary = silentLogger;
