// path: libs/kernel/src/canary.ts
// rule: @nx/enforce-module-boundaries
import { openStore } from '@muster/db';
export const canary = openStore;
