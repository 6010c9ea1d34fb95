// path: apps/command-svc/src/handlers/canary.ts
// rule: no-restricted-properties
export const canary = () => process.env.HOME;
