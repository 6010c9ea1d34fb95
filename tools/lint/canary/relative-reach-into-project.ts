// path: apps/iam-svc/src/canary.ts
// rule: @nx/enforce-module-boundaries
import { newId } from '../../../libs/kernel/src/index.ts';
export const canary = newId;
