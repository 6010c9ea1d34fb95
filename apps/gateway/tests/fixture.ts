import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import {
  AccountService,
  AnalysisService,
  AuditService,
  CommandInternalService,
  CommandService,
  EnrollmentService,
  GroupService,
  IamService,
  InstanceService,
  InvocationService,
  PolicyService,
  RoleService,
  SessionService,
  SignatureService,
  TokenService,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import {
  type Authorizer,
  bind,
  type RpcServer,
  serviceIdentity,
  startRpcServer,
  verifyServiceToken,
} from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import { type FakeAuthorizer, fakeAuthorizer, PLAINTEXT, silentLogger, tempDirectory } from '@muster/testkit';
import type { Config } from '../src/config.ts';
import type { Patience } from '../src/one-port.ts';
import type { Upstream } from '../src/public-services.ts';
import { type Gateway, startGateway } from '../src/server.ts';
import { authenticateSignature } from './signatures.ts';

/** What a test scripts of the services behind the gateway; every other method refuses. */
export interface Script {
  readonly command?: Partial<ServiceImpl<typeof CommandService>>;
  readonly token?: Partial<ServiceImpl<typeof TokenService>>;
  readonly invocation?: Partial<ServiceImpl<typeof InvocationService>>;
  readonly session?: Partial<ServiceImpl<typeof SessionService>>;
  /** Without it, signatures of the keys in `signatures.ts` are good. */
  readonly signature?: Partial<ServiceImpl<typeof SignatureService>>;
  readonly logger?: Logger;
  readonly patience?: Patience;
  readonly settings?: Partial<Config>;
  /** The folder of the agent's installer; none when absent. */
  readonly agentDir?: string;
}

/** The gateway in front of four scripted services on real sockets. */
export interface Fixture extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly url: string;
  readonly authorizer: FakeAuthorizer;
  readonly services: Record<Upstream, RpcServer>;
  /** The name of the service that a forwarder token proves. */
  forwarderOf(token: string): Promise<string | undefined>;
}

export const INDEX = '<!doctype html><script type="module" src="/assets/app-1a2b3c4d.js"></script>';

export async function startFixture(script: Script = {}): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const authorizer = fakeAuthorizer();
  const folder = starting.use(tempDirectory());
  mkdirSync(join(folder.path, 'assets'));
  writeFileSync(join(folder.path, 'index.html'), INDEX);
  writeFileSync(join(folder.path, 'assets/app-1a2b3c4d.js'), `export const text = '${'long '.repeat(1000)}';`);

  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const forwarderOf = (token: string) => verifyServiceToken(token, new Map([['gateway', publicKey]]));
  // the real one knows the tokens of services
  const knowsGateway: Authorizer = {
    ...authorizer,
    async authorize(question) {
      const { credential = '' } = question.context;
      const known = (await forwarderOf(credential)) === undefined ? credential : 'service:gateway';
      return await authorizer.authorize({ ...question, context: { ...question.context, credential: known } });
    },
  };
  const serve = async (...services: ReturnType<typeof scripted>[]) =>
    starting.use(
      await startRpcServer({
        listen: '127.0.0.1:0',
        services,
        guard: { authorizer: knowsGateway, region: 'ap-guangzhou' },
        logger: silentLogger,
      }),
    );
  const services = {
    iam: await serve(
      scripted(SignatureService, { authenticateSignature, ...script.signature }),
      scripted(TokenService, script.token),
      scripted(IamService),
      scripted(AccountService),
      scripted(GroupService),
      scripted(PolicyService),
      scripted(RoleService),
      scripted(AnalysisService),
      scripted(AuditService),
    ),
    command: await serve(scripted(CommandService, script.command), scripted(CommandInternalService)),
    invocation: await serve(
      scripted(InvocationService, script.invocation),
      scripted(InstanceService),
      scripted(EnrollmentService),
    ),
    session: await serve(scripted(SessionService, script.session)),
  };
  const gateway = starting.use(
    await startGateway(
      {
        ...PLAINTEXT,
        listen: '127.0.0.1:0',
        metricsListen: '127.0.0.1:0',
        stopSeconds: 10,
        iamAddress: services.iam.address,
        commandAddress: services.command.address,
        invocationAddress: services.invocation.address,
        sessionAddress: services.session.address,
        terminalAddress: '127.0.0.1:1',
        terminalOrigins: '',
        terminals: 1_000,
        serviceKey: '',
        consoleDir: folder.path,
        agentDir: script.agentDir ?? '',
        callSeconds: 30,
        callsUnderWay: 1_000,
        openStreams: 1_000,
        connections: 1_000,
        region: 'ap-guangzhou',
        apiCallsPerSecond: 0,
        apiCallRates: '',
        apiBodyMegabytes: 64,
        publicCallsPerSecond: 0,
        burstSeconds: 1,
        logLevel: 'silent',
        ...script.settings,
      },
      {
        identity: serviceIdentity('gateway', privateKey),
        logger: script.logger ?? silentLogger,
        ...(script.patience ? { patience: script.patience } : {}),
      },
    ),
  );
  const running = starting.move();
  return {
    gateway,
    url: gateway.url,
    authorizer,
    services,
    forwarderOf,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function scripted<S extends DescService>(service: S, handlers: Partial<ServiceImpl<S>> = {}) {
  const refuse = () => {
    throw new Refusal('unavailable', 'UnsupportedOperation', 'the test does not script this');
  };
  const refusals = Object.fromEntries(service.methods.map((method) => [method.localName, refuse]));
  return bind(service, { ...refusals, ...handlers } as ServiceImpl<S>);
}
