// path: apps/iam-svc/src/canary.ts
// rule: no-restricted-imports
import { newId } from '@muster/kernel/src/ids.ts';
export const canary = newId;
