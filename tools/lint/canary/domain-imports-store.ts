// path: apps/command-svc/src/domain/canary.ts
// rule: import-x/no-restricted-paths
import * as store from '../store/schema.ts';
export const canary = store;
