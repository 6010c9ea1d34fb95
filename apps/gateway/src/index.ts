export { type Config, settings } from './config.ts';
export { type Gateway, type Overrides, startGateway } from './server.ts';
