// path: libs/kernel/src/canary.ts
// rule: no-restricted-imports
import { readFileSync } from 'node:fs';
export const canary = readFileSync;
