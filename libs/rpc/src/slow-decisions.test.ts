import { create } from '@bufbuild/protobuf';
import type { HandlerContext } from '@connectrpc/connect';
import {
  AuthorizationService,
  CommandService,
  Outcome,
  PrincipalSchema,
  PrincipalType,
  TokenService,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { createLogger } from '@muster/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Authorizer,
  bearer,
  bind,
  createServiceClient,
  grpcTransport,
  RateLimiter,
  type Rates,
  type RpcServer,
  remoteAuthorizer,
  startRpcServer,
} from './index.ts';

const NO_LIMITS: Rates = {
  readsPerSecond: 0,
  writesPerSecond: 0,
  publicCallsPerSecond: 0,
  burstSeconds: 1,
  openStreams: 0,
};
const logger = createLogger('test', 'silent');
const region = 'ap-guangzhou';

let cleanUp: AsyncDisposableStack;
/** Milliseconds that a decision takes. */
let delayMs: number;
/** Decisions asked for, and the time that each had left, in milliseconds. */
let asked: (number | undefined)[];
let underWay: number;
let mostUnderWay: number;
let executed: number;

/** Lets every service of Muster in. */
const anyService: Authorizer = {
  authenticate: () => expect.unreachable(),
  authorize: async ({ resources }) => ({
    principal: create(PrincipalSchema, { type: PrincipalType.SERVICE }),
    outcomes: resources.map(({ resource = '' }) => ({ resource, outcome: Outcome.ALLOWED })),
    decisionId: '',
  }),
  plan: () => expect.unreachable(),
};

/** Every method that is not scripted is out of reach. */
function service(binding: typeof CommandService | typeof TokenService | typeof AuthorizationService, script: object) {
  const never = Object.fromEntries(binding.methods.map(({ localName }) => [localName, () => expect.unreachable()]));
  return bind(binding, { ...never, ...script } as never);
}

/** A stand-in for iam-svc on a real socket: a token is the uin of its account. */
async function serveIam(): Promise<RpcServer> {
  return startRpcServer({
    listen: '127.0.0.1:0',
    logger,
    guard: { authorizer: anyService, region },
    services: [
      service(AuthorizationService, {
        async authorize(
          { context, resources }: { context: { credential: string }; resources: { resource: string }[] },
          { timeoutMs }: HandlerContext,
        ) {
          asked.push(timeoutMs());
          mostUnderWay = Math.max(mostUnderWay, ++underWay);
          await new Promise((resolve) => {
            setTimeout(resolve, delayMs);
          });
          underWay--;
          if (context.credential === 'bad') throw new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'unknown');
          return {
            principal: { type: PrincipalType.USER, accountUin: context.credential },
            allowed: true,
            decisions: resources.map(({ resource }) => ({ resource, outcome: Outcome.ALLOWED })),
          };
        },
      }),
    ],
  });
}

/** A service that asks it, with a public method that needs no decision. */
async function serveCommands(rates: Rates): Promise<RpcServer> {
  const transport = grpcTransport({
    address: cleanUp.use(await serveIam()).address,
    interceptors: [bearer(() => 'service')],
  });
  cleanUp.defer(() => transport.close());
  const authorizer = remoteAuthorizer(transport, { concurrent: 4, queued: 8, slowMs: 100, atLeast: 4, restMs: 100 });
  return cleanUp.use(
    await startRpcServer({
      listen: '127.0.0.1:0',
      logger,
      guard: { authorizer, region, limiter: new RateLimiter(rates) },
      services: [
        service(CommandService, {
          createCommand: async () => {
            executed++;
            return {};
          },
        }),
        service(TokenService, { login: async () => ({}) }),
      ],
    }),
  );
}

beforeEach(() => {
  cleanUp = new AsyncDisposableStack();
  delayMs = 0;
  asked = [];
  underWay = 0;
  mostUnderWay = 0;
  executed = 0;
});
afterEach(() => cleanUp[Symbol.asyncDispose]());

function clients(server: RpcServer) {
  const as = (token: string) => {
    const transport = grpcTransport({ address: server.address, interceptors: [bearer(() => token)] });
    cleanUp.defer(() => transport.close());
    return createServiceClient(CommandService, transport);
  };
  const transport = grpcTransport({ address: server.address });
  cleanUp.defer(() => transport.close());
  return { as, tokens: createServiceClient(TokenService, transport) };
}
const outcome = (call: Promise<unknown>) =>
  call.then(() => 'done').catch((error: { reason?: string }) => error.reason ?? String(error));

describe('F22: iam-svc slow', () => {
  it('refuses what would pile up with a code to retry, answers what needs no decision, and recovers by itself', async () => {
    const { as, tokens } = clients(await serveCommands(NO_LIMITS));
    const commands = as('1');
    delayMs = 400;
    const calls = Array.from({ length: 40 }, () => outcome(commands.createCommand({})));
    // while all of these wait, whoever needs no decision is answered
    await expect.poll(() => underWay).toBe(4);
    await tokens.login({});
    expect(underWay).toBe(4);
    const outcomes = await Promise.all(calls);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'ServiceUnavailable']));
    expect(mostUnderWay).toBe(4);
    expect(asked.length).toBeLessThanOrEqual(12);
    expect(executed).toBe(outcomes.filter((each) => each === 'done').length);
    delayMs = 0;
    await expect.poll(() => outcome(commands.createCommand({}))).toBe('done');
  });

  it('tells iam-svc how much time the caller has left, and does nothing for a caller who has gone', async () => {
    const { as } = clients(await serveCommands(NO_LIMITS));
    const commands = as('1');
    await commands.createCommand({}, { timeoutMs: 2_000 });
    await commands.createCommand({});
    expect(asked[0]).toBeGreaterThan(0);
    expect(asked[0]).toBeLessThanOrEqual(2_000);
    expect(asked[1]).toBeGreaterThan(2_000);
    expect(asked[1]).toBeLessThanOrEqual(5_000);
    executed = 0;
    delayMs = 300;
    expect(await outcome(commands.createCommand({}, { timeoutMs: 50 }))).toBe('ServiceUnavailable');
    await expect.poll(() => underWay).toBe(0);
    expect(executed).toBe(0);
  });
});

describe('T31: a flood', () => {
  const rates = { ...NO_LIMITS, writesPerSecond: 1, publicCallsPerSecond: 1, burstSeconds: 5 };

  it('of one account is refused without asking iam-svc, with what programs need to try again; another account is served', async () => {
    const { as } = clients(await serveCommands(rates));
    const noisy = as('1');
    const outcomes = [];
    for (let call = 0; call < 50; call++) outcomes.push(await outcome(noisy.createCommand({})));
    expect(outcomes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'done'));
    expect(outcomes).toContain('RequestLimitExceeded');
    expect(asked).toHaveLength(outcomes.filter((each) => each === 'done').length);
    asked = [];
    await expect(noisy.createCommand({})).rejects.toMatchObject({
      kind: 'exhausted',
      reason: 'RequestLimitExceeded',
      message: /1 calls that write a second \(5 after a pause\); try again in \d+ ms/,
      details: { retryAfterMs: expect.stringMatching(/^\d+$/) },
    });
    expect(asked).toEqual([]);
    expect(await outcome(as('2').createCommand({}))).toBe('done');
  });

  it('of wrong tokens and logins is refused by address, which costs nobody who was let in before', async () => {
    const { as, tokens } = clients(await serveCommands(rates));
    const known = as('1');
    await known.createCommand({});
    const stranger = as('bad');
    for (let call = 0; call < 5; call++) {
      expect(await outcome(stranger.createCommand({}))).toBe('AuthFailure.TokenFailure');
    }
    asked = [];
    expect(await outcome(stranger.createCommand({}))).toBe('RequestLimitExceeded');
    expect(await outcome(tokens.login({}))).toBe('RequestLimitExceeded');
    expect(asked).toEqual([]);
    expect(await outcome(known.createCommand({}))).toBe('done');
  });
});
