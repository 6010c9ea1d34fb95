// path: apps/gateway/src/canary.ts
// rule: @nx/enforce-module-boundaries
import { createServer } from '@muster/iam-svc';
export const canary = createServer;
