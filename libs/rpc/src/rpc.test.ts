import { generateKeyPairSync } from 'node:crypto';
import { create, type DescService } from '@bufbuild/protobuf';
import { Code, createClient, type ServiceImpl } from '@connectrpc/connect';
import { Client, credentials } from '@grpc/grpc-js';
import {
  CommandService,
  Health,
  HealthCheckResponse_ServingStatus,
  IamService,
  InvocationService,
  Outcome,
  PrincipalSchema,
  PrincipalType,
  Semantic,
} from '@muster/contract';
import { invalid, Refusal, type ResourcePlan } from '@muster/kernel';
import { createLogger } from '@muster/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Authorizer,
  bearer,
  bind,
  type Call,
  callOf,
  createServiceClient,
  FORWARDED_FOR,
  FORWARDER_TOKEN,
  grpcTransport,
  type Question,
  type RpcServer,
  type ServiceBinding,
  serviceIdentity,
  startRpcServer,
} from './index.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const questions: Question[] = [];
let deny: (resource: string) => boolean;
let plan: ResourcePlan;
let changed: ((accountUin?: string) => void) | undefined;
let server: RpcServer;
let seen: Call | undefined;
let streamEnded: PromiseWithResolvers<void>;

const authorizer: Authorizer = {
  authenticate: async () =>
    create(PrincipalSchema, { type: PrincipalType.USER, accountUin: '1', uin: '2', name: 'ana' }),
  authorize: async (question) => {
    questions.push(question);
    return {
      principal: await authorizer.authenticate(question.context),
      outcomes: question.resources.map(({ resource = '' }) => ({
        resource,
        outcome: deny(resource) ? Outcome.EXPLICIT_DENY : Outcome.ALLOWED,
      })),
      decisionId: 'd-1',
    };
  },
  plan: async ({ context, kinds }) => ({
    principal: await authorizer.authenticate(context),
    plans: kinds.map(() => plan),
  }),
};

/** Every method of a service that the test does not script refuses. */
function scripted<S extends DescService>(service: S, handlers: Partial<ServiceImpl<S>>): ServiceBinding {
  const never = Object.fromEntries(
    service.methods.map((method) => [method.localName, async () => expect.unreachable()]),
  );
  return bind(service, { ...never, ...handlers } as ServiceImpl<S>);
}

beforeEach(async () => {
  questions.length = 0;
  deny = () => false;
  plan = { kind: 'always', allOf: [], noneOf: [] };
  seen = undefined;
  streamEnded = Promise.withResolvers();
  server = await startRpcServer({
    listen: '127.0.0.1:0',
    logger: createLogger('test', 'silent'),
    guard: {
      authorizer,
      region: 'ap-guangzhou',
      serviceKeys: new Map([['gateway', publicKey]]),
      changes: {
        subscribe(listener) {
          changed = listener;
          return {
            [Symbol.dispose]() {
              changed = undefined;
            },
          };
        },
      },
    },
    services: [
      scripted(IamService, { deletePolicy: async () => ({}) }),
      scripted(CommandService, {
        createCommand: async (_, context) => {
          seen = callOf(context);
          return { commandId: 'cmd-00000001' };
        },
        modifyCommand: async () => Promise.reject(new Error('SELECT secret FROM vault')),
        deleteCommand: async ({ commandId }) => {
          throw invalid(
            'InvalidParameterValue.InvalidCommandId',
            'CommandId',
            `must be a command id, was \`${commandId}\``,
          );
        },
        describeCommands: async (request, context) => {
          if (request.offset === 7) return { totalCount: 3 }; // forgets to ask
          const [commands] = await callOf(context).plan(['qcs::tat:ap-guangzhou::command/*']);
          return { totalCount: commands?.kind === 'always' ? 3 : 0 };
        },
      }),
      scripted(InvocationService, {
        watchInvocation: async function* (_, context) {
          await callOf(context).authorize([{ resource: 'r' }]);
          try {
            for (let sequence = 1n; ; sequence++) {
              yield { sequence };
              if (sequence === 3n) {
                await new Promise<void>((resolve) => {
                  context.signal.addEventListener('abort', () => resolve());
                });
                return;
              }
            }
          } finally {
            streamEnded.resolve();
          }
        },
        getTaskOutput: async function* () {
          yield {}; // answers without a decision
        },
      }),
    ],
  });
});
afterEach(() => server[Symbol.asyncDispose]());

function clients(token = 'token') {
  const transport = grpcTransport({ address: server.address, interceptors: [bearer(() => token)] });
  return {
    command: createServiceClient(CommandService, transport),
    iam: createServiceClient(IamService, transport),
    invocation: createServiceClient(InvocationService, transport),
    [Symbol.dispose]: () => transport.close(),
  };
}

describe('the guard', () => {
  it('decides an operation-level action on `*` and tells the handler who calls', async () => {
    using to = clients();
    await expect(to.command.createCommand({ commandName: 'x' })).resolves.toMatchObject({ commandId: 'cmd-00000001' });
    expect(questions).toMatchObject([
      { action: 'tat:CreateCommand', resources: [{ resource: '*' }], context: { credential: 'token' } },
    ]);
    expect(seen).toMatchObject({ caller: { accountUin: '1', uin: '2', name: 'ana' }, peerAddress: '127.0.0.1' });
  });

  it('decides on every named resource in calls of at most 200', async () => {
    using to = clients();
    const policyId = Array.from({ length: 250 }, (_, index) => String(index + 1));
    await to.iam.deletePolicy({ policyId });
    expect(questions.map((question) => question.resources.length)).toEqual([200, 50]);
    expect(questions[1]?.resources.at(-1)).toEqual({ resource: 'qcs::cam:::policyid/250' });
  });

  it('names the action and the resource of a denial', async () => {
    using to = clients();
    deny = (resource) => resource.endsWith('/2');
    await expect(to.iam.deletePolicy({ policyId: ['1', '2'] })).rejects.toMatchObject({
      kind: 'denied',
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: 'cam:DeletePolicy', resource: 'qcs::cam:::policyid/2' },
    });
  });

  it('asks nobody when no token was sent', async () => {
    const transport = grpcTransport({ address: server.address });
    const error = createServiceClient(CommandService, transport).createCommand({});
    await expect(error).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(questions).toEqual([]);
    transport.close();
  });

  it('gives a list handler the plan of its action', async () => {
    using to = clients();
    await expect(to.command.describeCommands({})).resolves.toMatchObject({ totalCount: 3 });
    plan = { kind: 'never', allOf: [], noneOf: [] };
    await expect(to.command.describeCommands({})).resolves.toMatchObject({ totalCount: 0 });
  });

  it('asks about each resource for itself, once, where a list leaves some out', async () => {
    using to = clients();
    await to.command.createCommand({});
    questions.length = 0;
    deny = (resource) => resource === 'b';
    const asked = seen!.asked.length;
    expect(await seen!.allowed(['a', 'b', 'a'].map((resource) => ({ resource })))).toEqual([true, false, true]);
    expect(questions).toMatchObject([{ semantic: Semantic.EACH, resources: [{ resource: 'a' }, { resource: 'b' }] }]);
    // what is left out is no denial, and nothing to decide again
    expect(seen!.asked).toHaveLength(asked);
  });

  it('throws away an answer that nobody decided about, unary and streamed', async () => {
    using to = clients();
    await expect(to.command.describeCommands({ offset: 7 })).rejects.toThrow(/internal error/);
    const output = async () => {
      for await (const _ of to.invocation.getTaskOutput({})) throw new Error('a message came through');
    };
    await expect(output()).rejects.toThrow(/internal error/);
  });

  it('believes the address that the gateway vouches for, and nobody else', async () => {
    using to = clients();
    const gateway = await serviceIdentity('gateway', privateKey).token();
    const stranger = await serviceIdentity('gateway', generateKeyPairSync('ed25519').privateKey).token();
    await to.command.createCommand({}, { headers: { [FORWARDED_FOR]: '203.0.113.9', [FORWARDER_TOKEN]: gateway } });
    expect(seen?.peerAddress).toBe('203.0.113.9');
    await to.command.createCommand({}, { headers: { [FORWARDED_FOR]: '203.0.113.9', [FORWARDER_TOKEN]: stranger } });
    expect(seen?.peerAddress).toBe('127.0.0.1');
    await to.command.createCommand({}, { headers: { [FORWARDED_FOR]: '203.0.113.9' } });
    expect(seen?.peerAddress).toBe('127.0.0.1');
  });
});

describe('errors', () => {
  it('carries a refusal across the wire with its code and field', async () => {
    using to = clients();
    const error = await to.command.deleteCommand({ commandId: 'cmd-00000001' }).catch((caught) => caught);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({
      kind: 'invalid',
      reason: 'InvalidParameterValue.InvalidCommandId',
      details: { field: 'CommandId' },
    });
  });

  it('T33: cuts a refusal that repeats what was sent before its size ends the connection that others use, too', async () => {
    using to = clients();
    const bystander = to.command.createCommand({ commandName: 'x' });
    for (const sent of ['x'.repeat(100_000), '字'.repeat(100_000), '🙂'.repeat(50_000)]) {
      const refusal = await to.command.deleteCommand({ commandId: sent }).catch((caught) => caught);
      expect(refusal).toMatchObject({ kind: 'invalid', details: { field: 'CommandId' } });
      expect(refusal.message).toMatch(/^CommandId must be a command id, was `.*…$/u);
      expect(refusal.message.length).toBeLessThanOrEqual(2_000);
    }
    await expect(bystander).resolves.toMatchObject({ commandId: 'cmd-00000001' });
  });

  it('keeps the text of a fault to itself', async () => {
    using to = clients();
    const error = await to.command.modifyCommand({ commandId: 'cmd-00000001' }).catch((caught) => caught);
    expect(String(error)).toMatch(/internal error/);
    expect(JSON.stringify(error)).not.toMatch(/SELECT/);
  });

  it('says unavailable when nobody listens', async () => {
    const transport = grpcTransport({ address: '127.0.0.1:1' });
    await expect(createServiceClient(CommandService, transport).createCommand({})).rejects.toMatchObject({
      kind: 'unavailable',
    });
    transport.close();
  });
});

it('streams in order and tells the handler when the caller has gone', async () => {
  using to = clients();
  const gone = new AbortController();
  const received: bigint[] = [];
  const reading = (async () => {
    for await (const { sequence } of to.invocation.watchInvocation({}, { signal: gone.signal })) {
      received.push(sequence);
      if (sequence === 3n) gone.abort();
    }
  })();
  await expect(reading).rejects.toThrow();
  await streamEnded.promise;
  expect(received).toEqual([1n, 2n, 3n]);
});

it('ends an open stream with the refusal as soon as the permissions of its account no longer allow it', async () => {
  using to = clients();
  const received: bigint[] = [];
  const reading = (async () => {
    for await (const { sequence } of to.invocation.watchInvocation({})) {
      received.push(sequence);
      if (sequence !== 3n) continue;
      // a change that leaves the right as it was
      changed?.('1');
      deny = (resource) => resource === 'r';
      changed?.('1');
    }
  })();
  await expect(reading).rejects.toMatchObject({
    reason: 'UnauthorizedOperation.CamAuthFailed',
    details: { action: 'tat:DescribeInvocationTasks', resource: 'r' },
  });
  await streamEnded.promise;
  expect(received).toEqual([1n, 2n, 3n]);
  expect(changed).toBeUndefined();
});

describe('standard services', () => {
  it('answers health for the process and each service, to anybody', async () => {
    const transport = grpcTransport({ address: server.address });
    const health = createClient(Health, transport);
    await expect(health.check({})).resolves.toMatchObject({ status: HealthCheckResponse_ServingStatus.SERVING });
    await expect(health.check({ service: CommandService.typeName })).resolves.toMatchObject({
      status: HealthCheckResponse_ServingStatus.SERVING,
    });
    await expect(health.check({ service: 'nobody' })).rejects.toThrow(/nobody/);
    transport.close();
  });

  /** What reflection answers to a list of services and to a look for a symbol; empty when it is not there. */
  async function reflected(address: string): Promise<string[]> {
    const client = new Client(address, credentials.createInsecure());
    const asBytes = (bytes: Buffer) => bytes;
    const stream = client.makeBidiStreamRequest(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      asBytes,
      asBytes,
    );
    const answers: string[] = [];
    stream.on('data', (bytes: Buffer) => answers.push(bytes.toString('latin1')));
    stream.write(Buffer.from([0x3a, 0x00])); // list_services
    const symbol = 'muster.invocation.v1.InvocationService';
    stream.write(Buffer.concat([Buffer.from([0x22, symbol.length]), Buffer.from(symbol)])); // file_containing_symbol
    stream.end();
    const code = await new Promise<number>((resolve) => {
      stream.on('error', () => {});
      stream.on('status', (end: { code: number }) => resolve(end.code));
    });
    client.close();
    expect(code).toBe(answers.length === 0 ? Code.Unimplemented : 0);
    return answers;
  }

  it('T2: tells nobody which methods there are unless it is told to', async () => {
    expect(await reflected(server.address)).toEqual([]);
    await using open = await startRpcServer({
      ...{ listen: '127.0.0.1:0', logger: createLogger('test', 'silent'), reflection: true },
      guard: { authorizer, region: 'ap-guangzhou' },
      services: [scripted(CommandService, {}), scripted(InvocationService, {})],
    });
    const answers = await reflected(open.address);
    expect(answers[0]).toContain('muster.command.v1.CommandService');
    expect(answers[1]).toContain('muster/invocation/v1/invocation_service.proto');
    expect(answers[1]).toContain('google/protobuf/descriptor.proto');
  });
});
