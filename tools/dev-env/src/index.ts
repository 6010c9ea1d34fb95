export { callerWith, createRegisterCode, type RootCredentials, rootTransport } from './account.ts';
export { type Constellation, type ConstellationOptions, ROOT, startConstellation } from './constellation.ts';
export { type DrivenTerminal, driveTerminal, type TerminalCaller } from './driven-terminal.ts';
export { checkHistory, historyOf, recordHistory } from './state-history.ts';
