export * from './lifecycle.ts';
export * from './logger.ts';
export * from './settings.ts';
