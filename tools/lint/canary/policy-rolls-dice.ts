// path: libs/policy/src/canary.ts
// rule: no-restricted-properties
export const canary = () => Math.random();
