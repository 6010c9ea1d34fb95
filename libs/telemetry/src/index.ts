export * from './logger.ts';
export * from './settings.ts';
