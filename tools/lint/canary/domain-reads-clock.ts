// path: apps/invocation-svc/src/domain/canary.ts
// rule: no-restricted-properties
export const canary = () => Date.now();
