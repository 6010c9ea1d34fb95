export * from './fail-points.ts';
export * from './lifecycle.ts';
export * from './logger.ts';
export * from './service-settings.ts';
export * from './settings.ts';
