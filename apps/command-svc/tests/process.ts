import { fileURLToPath } from 'node:url';
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  AuthorizationService,
  type DescribeCommandUseRequest,
  type DescribeCommandUseResponseSchema,
  InvocationInternalService,
  Outcome,
  PlanKind,
} from '@muster/contract';
import { type Authorizer, bind, startRpcServer } from '@muster/rpc';
import { type FakeAuthorizer, fakeAuthorizer, type StartedProgram, silentLogger, startProgram } from '@muster/testkit';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts command-svc with these settings and waits until it says that it is ready; rejects with its log when it ends instead. */
export function startProcess(environment: Record<string, string>): Promise<StartedProgram> {
  return startProgram(MAIN, { environment: { ...environment, MUSTER_LOG_LEVEL: 'warn' } });
}

/** Serves where invocation-svc would be what it says about commands in use. */
export function serveInvocations(
  describeCommandUse: (request: DescribeCommandUseRequest) => MessageInitShape<typeof DescribeCommandUseResponseSchema>,
  listen = '127.0.0.1:0',
) {
  const others = () => Promise.reject(new Error('command-svc asks for nothing else'));
  const handlers = { describeCommandUse, describeSessionInstances: others, signSessionOrder: others };
  return startRpcServer({
    listen,
    services: [bind(InvocationInternalService, handlers)],
    // who may ask is invocation-svc's own to test
    guard: { region: '', authorizer: anyService },
    logger: silentLogger,
  });
}

/** Serves a scripted authorizer where iam-svc would be. */
export function serveIam(iam: FakeAuthorizer) {
  return startRpcServer({
    listen: '127.0.0.1:0',
    services: [
      bind(AuthorizationService, {
        authenticate: async ({ context }) => ({ principal: await iam.authenticate(context ?? {}) }),
        async authorize({ context, action, resources, requestTags }) {
          const answer = await iam.authorize({ context: context ?? {}, action, resources, requestTags });
          const allowed = answer.outcomes.every(({ outcome }) => outcome === Outcome.ALLOWED);
          return {
            principal: answer.principal,
            allowed,
            decisions: [...answer.outcomes],
            decisionId: answer.decisionId,
          };
        },
        async planResources({ context, resources }) {
          const principal = await iam.authenticate(context ?? {});
          return { principal, plans: resources.map((resource) => ({ resource, kind: PlanKind.ALWAYS })) };
        },
      }),
    ],
    // who may ask for decisions is iam-svc's own to test
    guard: { region: '', authorizer: anyService },
    logger: silentLogger,
  });
}

/** Takes every caller for a service that may call. */
const anyService: Authorizer = {
  authenticate: () => fakeAuthorizer().authenticate({ credential: 'service:any' }),
  authorize: async ({ resources }) => ({
    principal: await anyService.authenticate({}),
    outcomes: resources.map(({ resource = '' }) => ({ resource, outcome: Outcome.ALLOWED })),
    decisionId: 'any',
  }),
  plan: () => Promise.reject(new Error('nothing is listed here')),
};
