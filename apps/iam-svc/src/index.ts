export { settings } from './config.ts';
export { type IamServer, type Overrides, startIamServer } from './server.ts';
