// path: apps/invocation-svc/src/domain/canary.ts
// rule: no-restricted-imports
import { TaskStatus } from '@muster/contract';
export const canary = TaskStatus;
