export { createRegisterCode, type RootCredentials, rootTransport } from './account.ts';
export { type Constellation, type ConstellationOptions, ROOT, startConstellation } from './constellation.ts';
export { checkHistory, historyOf, recordHistory } from './state-history.ts';
