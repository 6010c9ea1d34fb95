export { type AccessKeySecret, exchangeSignature, type SignedExchange, signExchange } from './access-key.ts';
export type {
  Answer,
  Authorizer,
  CallContextInit,
  Patience,
  PlanAnswer,
  PlanQuestion,
  Question,
} from './authorizer.ts';
export { remoteAuthorizer } from './authorizer.ts';
export { type Call, type Caller, callOf, type ResourceInit } from './call.ts';
export { Certificates } from './certificates.ts';
export { bearer, type ClientOptions, createServiceClient } from './client.ts';
export { errorToStatus, type FailedStatus, statusToError } from './errors-to-status.ts';
export { type GrpcTransport, type GrpcTransportOptions, grpcTransport, waitUntilReachable } from './grpc-transport.ts';
export {
  denial,
  FORWARDED_FOR,
  FORWARDER_TOKEN,
  forwardedAddress,
  type GuardOptions,
  type HeaderLookup,
  namedResources,
} from './guard.ts';
export { HealthState } from './health.ts';
export { keepDeciding, type OpenStream, type PermissionChanges, type StandingDecision } from './keep-deciding.ts';
export type { CallObserver } from './mount.ts';
export { type ActionClass, classOf, RateLimiter, type Rates, rateSettings } from './rate-limiter.ts';
export { type Dependency, isServing, keepHealthTrue, type ReadinessOptions } from './readiness.ts';
export { resourceName } from './resource-name.ts';
export { bind, type RpcServer, type RpcServerOptions, type ServiceBinding, startRpcServer } from './rpc-server.ts';
export {
  type ListenerSecurity,
  listenerCertificates,
  type PeerSecurity,
  peerCertificates,
  peerCredentials,
} from './security.ts';
export {
  loadServiceIdentity,
  loadServiceKeys,
  type ServiceIdentity,
  type ServiceKeys,
  serviceIdentity,
  verifyServiceToken,
} from './service-identity.ts';
export { type SteadyOptions, steadyAuthorizer } from './steady-authorizer.ts';
export { type BucketOptions, TokenBuckets } from './token-buckets.ts';
