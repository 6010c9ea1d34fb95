export { startBrowser } from './browser.ts';
export { decideByPolicies } from './decide-by-policies.ts';
export { eventCount } from './event-count.ts';
export { eventually } from './eventually.ts';
export { ACCOUNT_UIN, type FakeAuthorizer, fakeAuthorizer, USER_UIN } from './fake-authorizer.ts';
export { silentLogger } from './logger.ts';
export { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server.ts';
export { illegalSteps, recordStates, type StatefulTable } from './state-history.ts';
export { tempDirectory } from './temp-directory.ts';
