import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { type FakeAuthorizer, fakeAuthorizer, silentLogger } from '@muster/testkit';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** command-svc as a process of its own. */
export interface CommandProcess extends AsyncDisposable {
  readonly address: string;
  readonly child: ChildProcess;
  /** Sends the signal and resolves with the exit code once the process is gone. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts it with these settings and waits until it says that it is ready. */
export async function startProcess(environment: Record<string, string>): Promise<CommandProcess> {
  const child = fork(MAIN, {
    env: { ...environment, MUSTER_LOG_LEVEL: 'warn', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const ready = await Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error(log)))]);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await exited)[0];
  };
  return {
    child,
    address: (ready[0] as { address: string }).address,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
    },
  };
}

/** Writes a new private key as a service has one. */
export function writeServiceKey(folder: string): string {
  const file = join(folder, 'command-svc.key');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return file;
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
