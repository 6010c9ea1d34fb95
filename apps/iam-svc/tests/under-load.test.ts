import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditService, CommandService, Outcome, TokenService } from '@muster/contract';
import { openStore } from '@muster/db';
import {
  bearer,
  bind,
  callOf,
  createServiceClient,
  grpcTransport,
  loadServiceKeys,
  type RpcServer,
  remoteAuthorizer,
  serviceIdentity,
  signExchange,
  startRpcServer,
} from '@muster/rpc';
import { eventually, type NatsServer, silentLogger, startNatsServer, tempDirectory } from '@muster/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../src/store/migrations/index.ts';
import type { IamSchema } from '../src/store/schema.ts';
import { type RootCredentials, writeServiceKeys } from './fixture.ts';
import { type IamProcess, startProcess } from './process.ts';

const CALLERS = 32;

let nats: NatsServer;
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(() => nats[Symbol.asyncDispose]());

/** A service with a real guard that asks a real iam-svc, a process of its own. */
async function startWorld() {
  await using starting = new AsyncDisposableStack();
  /** The request ids of the calls that the service executed. */
  const executed: string[] = [];
  const folder = starting.use(tempDirectory('muster-iam-load-')).path;
  const keys = writeServiceKeys(join(folder, 'keys'));
  const environment = {
    MUSTER_DATA_DIR: join(folder, 'data'),
    MUSTER_MASTER_KEY_FILE: join(folder, 'master.key'),
    MUSTER_SERVICE_KEYS_DIR: join(folder, 'keys'),
    MUSTER_NATS_URL: nats.url,
    MUSTER_NATS_CREDS: nats.installation.credsFile('iam-svc'),
  };
  let iam = await startProcess(environment);
  starting.defer(() => iam[Symbol.asyncDispose]());
  const token = await rootToken(iam);
  const own = serviceIdentity('command-svc', keys.get('command-svc')!);
  const toIam = grpcTransport({ address: iam.address, interceptors: [bearer(() => own.token())] });
  starting.defer(() => toIam.close());
  const unused = () => {
    throw new Error('not part of this');
  };
  const service = starting.use(
    await startRpcServer({
      listen: '127.0.0.1:0',
      logger: silentLogger,
      guard: {
        authorizer: remoteAuthorizer(toIam),
        region: 'ap-guangzhou',
        serviceKeys: await loadServiceKeys(join(folder, 'keys')),
      },
      services: [
        bind(CommandService, {
          ...(Object.fromEntries(CommandService.methods.map(({ localName }) => [localName, unused])) as object),
          createCommand: async (_, context) => {
            executed.push(callOf(context).requestId);
            return { commandId: 'cmd-00000001' };
          },
        } as Parameters<typeof bind<typeof CommandService>>[1]),
      ],
    }),
  );
  const running = starting.move();
  return {
    executed,
    hammer: () => hammer(service, token),
    kill: () => iam.stop('SIGKILL'),
    /** Opens iam-svc's store beside it. */
    openStore: () => openStore<IamSchema>({ file: join(environment.MUSTER_DATA_DIR, 'iam.db'), migrations }),
    /** The request ids of all allowed calls that iam-svc has on record, read from its store by a service started anew. */
    async onRecord(): Promise<Set<string>> {
      await iam.stop('SIGKILL');
      iam = await startProcess(environment);
      const transport = grpcTransport({ address: iam.address, interceptors: [bearer(() => token)] });
      const audit = createServiceClient(AuditService, transport);
      const found = new Set<string>();
      for await (const { record } of audit.exportAudit({})) {
        if (record!.action === 'tat:CreateCommand' && record!.outcome === Outcome.ALLOWED) found.add(record!.requestId);
      }
      expect(await audit.verifyAudit({})).toMatchObject({ intact: true });
      transport.close();
      return found;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function rootToken(iam: IamProcess): Promise<string> {
  const credentials = JSON.parse(readFileSync(iam.rootCredentialsFile, 'utf8')) as RootCredentials;
  const transport = grpcTransport({ address: iam.address });
  const tokens = createServiceClient(TokenService, transport);
  return (await tokens.exchangeAccessKey(signExchange(credentials, Date.now()))).token.trim();
}

/** 32 callers who call the service again and again until they are told to stop. */
function hammer(service: RpcServer, token: string) {
  const counts = { answered: 0 };
  /** Of each caller. */
  const refusals = Array.from({ length: CALLERS }, () => 0);
  const reasons = new Set<string>();
  const stop = new AbortController();
  const transport = grpcTransport({ address: service.address, interceptors: [bearer(() => token)] });
  const commands = createServiceClient(CommandService, transport);
  const callers = refusals.map(async (_, caller) => {
    while (!stop.signal.aborted) {
      try {
        await commands.createCommand({ commandName: 'x', content: Buffer.from('true') });
        counts.answered++;
      } catch (error) {
        refusals[caller]!++;
        reasons.add((error as { reason?: string }).reason ?? String(error));
      }
    }
  });
  return {
    counts,
    reasons,
    /** Waits until every caller was refused so many times more: what was decided before has been executed by then. */
    async allRefused(times: number) {
      const until = refusals.map((refused) => refused + times);
      const all = () => refusals.every((refused, caller) => refused >= until[caller]!);
      await eventually(`every caller to be refused ${times} times more`, all, several.timeout);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(callers);
      transport.close();
    },
  };
}

const several = { timeout: 60_000, interval: 20 };

// much of it is waiting for stores and services that do not answer
describe.concurrent('while 32 callers hammer a service, no call is executed without a decision on record', {
  timeout: 180_000,
}, () => {
  it('when iam-svc is killed', async ({ expect }) => {
    await using world = await startWorld();
    const { executed } = world;
    {
      await using load = world.hammer();
      await expect.poll(() => load.counts.answered, several).toBeGreaterThan(300);
      await world.kill();
      await load.allRefused(1);
      const done = executed.length;
      await load.allRefused(4);
      expect(executed.length).toBe(done);
      expect([...load.reasons]).toEqual(['ServiceUnavailable']);
    }
    const recorded = await world.onRecord();
    expect(executed.length).toBeGreaterThan(300);
    expect(executed.filter((requestId) => !recorded.has(requestId))).toEqual([]);
  });

  it('when its store is locked by somebody else, and they go on when it is free again', async ({ expect }) => {
    await using world = await startWorld();
    const { executed } = world;
    {
      await using load = world.hammer();
      await expect.poll(() => load.counts.answered, several).toBeGreaterThan(100);
      const intruder = await world.openStore();
      await sql`begin exclusive`.execute(intruder);
      await load.allRefused(1);
      const done = executed.length;
      await load.allRefused(1);
      expect(executed.length).toBe(done);
      await sql`rollback`.execute(intruder);
      await intruder.destroy();
      await expect.poll(() => executed.length, several).toBeGreaterThan(done + 100);
      expect([...load.reasons]).toEqual(['ServiceUnavailable']);
    }
    const recorded = await world.onRecord();
    expect(executed.filter((requestId) => !recorded.has(requestId))).toEqual([]);
  });

  it('when the record cannot be written', async ({ expect }) => {
    await using world = await startWorld();
    const { executed } = world;
    const intruder = await world.openStore();
    {
      await using load = world.hammer();
      await expect.poll(() => load.counts.answered, several).toBeGreaterThan(100);
      await sql`alter table audit_record rename to audit_record_away`.execute(intruder);
      await load.allRefused(1);
      const done = executed.length;
      await load.allRefused(4);
      expect(executed.length).toBe(done);
      expect([...load.reasons]).toEqual(['ServiceUnavailable']);
    }
    await sql`alter table audit_record_away rename to audit_record`.execute(intruder);
    await intruder.destroy();
    const recorded = await world.onRecord();
    expect(executed.filter((requestId) => !recorded.has(requestId))).toEqual([]);
  });
});
