export { type Config, settings } from './config.ts';
export { createServer, type InvocationServer, type Overrides } from './server.ts';
