export * from './frame.ts';
export * from './receive-window.ts';
export * from './ring.ts';
export * from './send-window.ts';
