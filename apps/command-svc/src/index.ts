export { settings } from './config.ts';
export { type CommandServer, type Overrides, startCommandServer } from './server.ts';
