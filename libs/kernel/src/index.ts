export * from './audit-chain.ts';
export * from './clock.ts';
export * from './errors.ts';
export { FairQueue } from './fair-queue.ts';
export * from './ids.ts';
export * from './loopback.ts';
export { Lru } from './lru.ts';
export * from './resource.ts';
export * from './resource-plan.ts';
