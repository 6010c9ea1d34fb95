// path: apps/invocation-svc/src/domain/canary.ts
// rule: no-restricted-globals
export const canary = () => setTimeout(() => {}, 1);
