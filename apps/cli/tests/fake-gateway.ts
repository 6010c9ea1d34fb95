import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ConnectRouter, Interceptor } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import type { AutomationAgentInfo } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { analysisRoutes } from './fake-analysis.ts';
import { camRoutes } from './fake-cam.ts';
import { commandRoutes } from './fake-commands.ts';
import { iamRoutes } from './fake-iam.ts';
import { instanceRoutes } from './fake-instances.ts';
import { invocationRoutes } from './fake-invocations.ts';
import { invokerRoutes } from './fake-invokers.ts';
import type { FakeRun } from './fake-run.ts';
import { FakeShells, shellRoutes } from './fake-shells.ts';
import { tokenRoutes } from './fake-tokens.ts';
import { toConnectError, type World } from './world.ts';

/** One call that reached the gateway. */
export interface Call {
  readonly method: string;
  readonly message: unknown;
}

/** A gateway of its own on a real socket: Connect over HTTP/1.1, services played by the files beside. */
export interface FakeGateway extends AsyncDisposable, World {
  readonly url: string;
  readonly calls: Call[];
  /** Calls of one method. */
  callsOf(method: string): Call[];
  /** Resolves once a run exists. */
  run(): Promise<FakeRun>;
  /** Breaks every connection in the middle. */
  dropConnections(): void;
}

/** Starts one on a free port. */
export async function startFakeGateway(instances: Partial<AutomationAgentInfo>[]): Promise<FakeGateway> {
  const calls: Call[] = [];
  let created = Promise.withResolvers<FakeRun>();
  const runs: FakeRun[] = [];
  const world: World = {
    instances,
    runs,
    library: { commands: [], scenes: [] },
    invokers: [],
    records: [],
    directory: {
      ...{ users: [], keys: [], policies: [], attached: [], codes: [], groups: [], members: [], roles: [] },
      ...{ boundaries: new Map(), versions: [], collaborators: [] },
    },
    shells: new FakeShells(),
    tokens: new Set(),
    onRun: () => undefined,
    refusals: new Map(),
    lostAnswers: new Set(),
    watchHooks: [],
  };
  const answering: Interceptor = (next) => async (request) => {
    const name = request.method.name;
    if (!request.stream) calls.push({ method: name, message: request.message });
    try {
      const refusal = world.refusals.get(name);
      if (refusal) throw refusal;
      const open = ['ExchangeAccessKey', 'Login'].includes(name);
      const token = request.header.get('authorization')?.replace('Bearer ', '') ?? '';
      if (!open && !world.tokens.has(token)) {
        throw new Refusal('unauthenticated', 'UnauthorizedOperation.InvalidToken', 'the token has ended');
      }
      const answer = await next(request);
      if (world.lostAnswers.delete(name)) drop();
      return answer;
    } catch (error) {
      throw toConnectError(error);
    }
  };
  const routes = (router: ConnectRouter) => {
    tokenRoutes(router, world);
    instanceRoutes(router, world);
    invocationRoutes(router, world, (run) => {
      runs.unshift(run);
      created.resolve(run);
      created = Promise.withResolvers<FakeRun>();
    });
    commandRoutes(router, world);
    invokerRoutes(router, world);
    iamRoutes(router, world);
    camRoutes(router, world);
    analysisRoutes(router, world);
    shellRoutes(router, world);
  };
  const server = createServer(connectNodeAdapter({ routes, interceptors: [answering] }));
  world.shells.serve(server, world.tokens);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return Object.assign(world, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    callsOf: (method: string) => calls.filter((call) => call.method === method),
    run: async () => runs[0] ?? created.promise,
    dropConnections: drop,
    async [Symbol.asyncDispose]() {
      world.shells[Symbol.dispose]();
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
