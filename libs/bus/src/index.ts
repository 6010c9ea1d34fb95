export { type Bus, type BusOptions, connectBus, NoAnswer, type Subscription } from './bus.ts';
export {
  agentUserJwt,
  type BusKey,
  keyOf,
  newAccountKey,
  newUserKey,
  type ServicePermissions,
  seedOf,
  serviceUserJwt,
  tenantAccountJwt,
} from './claims.ts';
export { ensureEventStream } from './event-stream.ts';
export {
  type BusIdentity,
  loadBusIdentity,
  nativeAuthenticator,
  privateKeyOf,
  userKeyOf,
  verifyByUser,
} from './identity.ts';
export { type BusInstallation, ensureBusInstallation, type ServerConfig, writeServerConfig } from './installation.ts';
export { serviceBusInBackground } from './late-bus.ts';
export { type PermissionFeed, type PermissionListener, permissionFeed } from './permission-changes.ts';
export { connectServiceBus, type ServiceBusOptions } from './service-bus.ts';
export * as subjects from './subjects.ts';
