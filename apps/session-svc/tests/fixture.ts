import { fromBinary } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { type Event, EventSchema, SessionService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { bearer, bind, createServiceClient, type GrpcTransport, grpcTransport, startRpcServer } from '@muster/rpc';
import type { EndReason } from '@muster/terminal';
import { type FakeAuthorizer, fakeAuthorizer, silentLogger } from '@muster/testkit';
import { newKey, Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import { changeSession } from '../src/change-session.ts';
import type { SessionContext } from '../src/context.ts';
import { sessionHandlers } from '../src/handlers/index.ts';
import { startIndexer } from '../src/recording/indexer.ts';
import { startRecorders } from '../src/recording/recorders.ts';
import type { Recorder, Recorders } from '../src/relay/recorder.ts';
import type { Relays } from '../src/relay/relays.ts';
import { type SessionGate, sessionGate } from '../src/session-gate.ts';
import type { SessionSchema } from '../src/store/schema.ts';
import type { Session, SessionChange } from '../src/store/session-store.ts';
import { type FakeMachines, fakeMachines } from './fake-machines.ts';
import { memoryStore } from './sessions.ts';

/** Stands in for the live sessions. */
export interface FakeRelays extends Relays {
  /** Sessions that were ended, and why. */
  readonly ended: { readonly sessionId: string; readonly reason: EndReason; readonly words: string }[];
  readonly drivers: Map<string, string>;
  readonly watchers: Map<string, string[]>;
}

/** The calls on a real socket, with a store in memory and stand-ins for the doors to the outside. */
export interface Fixture extends AsyncDisposable {
  /** A client that calls as this credential of the fake iam: `root`, `user`, `root@<uin>`. */
  as(credential: string): Client<typeof SessionService>;
  readonly db: Kysely<SessionSchema>;
  readonly iam: FakeAuthorizer;
  readonly machines: FakeMachines;
  readonly relays: FakeRelays;
  readonly clock: { ms: number };
  /** Asked for every opening; tests set it. */
  gate: SessionGate;
  /** The row of a session. */
  row(sessionId: string): Promise<Session>;
  /** Lets things happen to a session, as relays do. */
  happen(sessionId: string, ...changes: SessionChange[]): Promise<void>;
  readonly recorders: Recorders;
  /** A recorder of the session, as another process would have it. */
  record(sessionId: string): Promise<Recorder>;
  /** What was told so far, with the verb of each subject. */
  told(): Promise<{ readonly verb: string; readonly event: Event }[]>;
}

/** What a test may want otherwise. */
export type Wanted = Partial<Pick<SessionContext, 'limits' | 'forwardPorts'>>;

/** Starts it on a free port. */
export async function startFixture(wanted: Wanted = {}): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const db = await memoryStore();
  starting.defer(() => db.destroy());
  const iam = fakeAuthorizer();
  const machines = fakeMachines();
  const relays = fakeRelays();
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const context: SessionContext = {
    ...{ db, machines, relays, authorizer: iam },
    clock: { now: () => clock.ms },
    logger: silentLogger,
    indexer: starting.use(startIndexer(db, { onError: (error) => silentLogger.error(error) })),
    region: 'ap-guangzhou',
    vault: new Vault(newKey()),
    limits: { instance: 10, account: 200, principal: 20, openings: 10 },
    gate: (opening) => fixture.gate(opening),
    forwardPorts: true,
    ...wanted,
  };
  const server = starting.use(
    await startRpcServer({
      listen: '127.0.0.1:0',
      services: [bind(SessionService, sessionHandlers(context))],
      guard: { authorizer: iam, region: context.region },
      logger: silentLogger,
    }),
  );
  const transports = new Map<string, GrpcTransport>();
  const running = starting.move();
  const row = async (sessionId: string) => {
    const found = await db.selectFrom('session').selectAll().where('session_id', '=', sessionId).executeTakeFirst();
    return found ?? Promise.reject(new Error(`no session ${sessionId}`));
  };
  const fixture: Fixture = {
    ...{ db, iam, machines, relays, clock, row, gate: sessionGate },
    recorders: running.use(startRecorders(context)),
    as(credential) {
      const known = transports.get(credential);
      const transport = known ?? grpcTransport({ address: server.address, interceptors: [bearer(() => credential)] });
      if (!known) running.defer(() => transport.close());
      transports.set(credential, transport);
      return createServiceClient(SessionService, transport);
    },
    async happen(sessionId, ...changes) {
      for (const change of changes) {
        const session = await row(sessionId);
        const changed = await db.transaction().execute((trx) => changeSession(trx, session, change, clock.ms));
        if (!changed) throw new Error(`${change.event} cannot happen to ${sessionId}`);
      }
    },
    async record(sessionId) {
      return fixture.recorders.open(await row(sessionId), { onCommitted: () => undefined, onLost: () => undefined });
    },
    async told() {
      const rows = await db.selectFrom('outbox').selectAll().orderBy('seq').execute();
      return rows.map(({ subject, payload }) => ({
        verb: subject.slice(subject.lastIndexOf('.') + 1),
        event: fromBinary(EventSchema, payload),
      }));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  return fixture;
}

function fakeRelays(): FakeRelays {
  const relays: FakeRelays = {
    ended: [],
    drivers: new Map(),
    watchers: new Map(),
    end: async (sessionId, why) => void relays.ended.push({ sessionId, ...why }),
    driverOf: (sessionId) => relays.drivers.get(sessionId),
    watchersOf: (sessionId) => relays.watchers.get(sessionId) ?? [],
  };
  return relays;
}

/** The refusal that a call ends in; anything else fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => new Error('expected a refusal, got an answer'),
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}

/** The machine that tests open sessions on. */
export const MACHINE = 'ins-00000001';

/** Opens a session on it; gives its id. */
export async function opened(fixture: Fixture, credential = 'user', username = 'ubuntu'): Promise<string> {
  const { ticket } = await fixture.as(credential).openSession({ instanceId: MACHINE, username });
  return ticket!.sessionId;
}

/** What happens to a session whose ticket is used and whose shell starts. */
export const LIVE = [{ event: 'redeem' }, { event: 'start' }] as const satisfies SessionChange[];
