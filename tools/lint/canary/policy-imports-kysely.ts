// path: libs/policy/src/canary.ts
// rule: @nx/enforce-module-boundaries
import { sql } from 'kysely';
export const canary = sql;
