// path: apps/invocation-svc/src/domain/canary.ts
// rule: no-restricted-syntax
export const canary = () => new Date();
