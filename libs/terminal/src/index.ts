export * from './cast.ts';
export * from './frame.ts';
export * from './receive-window.ts';
export * from './recording-chain.ts';
export * from './ring.ts';
export * from './send-window.ts';
export * from './session-state.ts';
export * from './ticket.ts';
