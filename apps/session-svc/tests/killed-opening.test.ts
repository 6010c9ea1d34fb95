import { join } from 'node:path';
import { SessionService, SessionState } from '@muster/contract';
import { openStore } from '@muster/db';
import { bearer, createServiceClient, grpcTransport } from '@muster/rpc';
import {
  ACCOUNT_UIN,
  eventCount,
  eventually,
  fakeAuthorizer,
  type NatsServer,
  silentLogger,
  startNatsServer,
  startProgram,
  tempDirectory,
  USER_UIN,
  writeServiceKey,
} from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Config } from '../src/config.ts';
import { startSessionServer } from '../src/server.ts';
import { migrations } from '../src/store/migrations/index.ts';
import type { SessionSchema } from '../src/store/schema.ts';
import { redeemTicket } from '../src/store/ticket-store.ts';
import { fakeMachines } from './fake-machines.ts';
import { MACHINE, testConfig } from './relay-fixture.ts';

const program = join(import.meta.dirname, 'relay-process.ts');

let nats: NatsServer;
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(() => nats[Symbol.asyncDispose]());

function newFolder() {
  const folder = tempDirectory('muster-killed-opening-');
  writeServiceKey(folder.path, 'session-svc');
  return folder;
}

/** Calls the service at this address while `work` lasts. */
async function calling<R>(
  address: string,
  work: (sessions: ReturnType<typeof createServiceClient<typeof SessionService>>) => Promise<R>,
): Promise<R> {
  const transport = grpcTransport({ address, interceptors: [bearer(() => 'user')] });
  try {
    return await work(createServiceClient(SessionService, transport));
  } finally {
    transport.close();
  }
}

/** Opens a session, and another that kills the service on the way; gives the ticket of the first. */
async function openUntilKilled(config: Config): Promise<string> {
  const { address, ended } = await startProgram(program, { args: [JSON.stringify(config), 'tenant'] });
  return calling(address.split(' ')[0]!, async (sessions) => {
    const { ticket } = await sessions.openSession({ instanceId: MACHINE, reason: 'answered' });
    const unanswered = sessions.openSession({ instanceId: MACHINE, reason: 'not answered' });
    await expect(unanswered).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await ended).toEqual([null, 'SIGKILL']);
    return ticket!.ticket;
  });
}

it.each([
  ['session.before-commit', ['answered']],
  ['session.after-commit', ['not answered', 'answered']],
] as const)(
  'keeps every session that it answered when it is killed at %s',
  { timeout: 90_000 },
  async (point, kept) => {
    using folder = newFolder();
    const config = testConfig(nats, folder.path);
    const opened = () => eventCount(nats, 'evt.session.session.opened');
    const before = await opened();
    const ticket = await openUntilKilled({ ...config, failPoints: `${point}:kill:2` });

    {
      const authorizer = fakeAuthorizer();
      await using again = await startSessionServer(config, {
        authorizer,
        machines: fakeMachines(),
        logger: silentLogger,
      });
      const { sessionSet } = await calling(again.address, (sessions) => sessions.describeSessions({}));
      expect(sessionSet.map(({ reason, sessionState }) => [reason, sessionState])).toEqual(
        kept.map((reason) => [reason, SessionState.PENDING]),
      );
      await eventually('every opening to be told', async () => (await opened()) >= before + kept.length);
      expect(await opened()).toBe(before + kept.length);
    }

    // and the ticket that was answered still opens what it was given for
    const db = await openStore<SessionSchema>({ file: join(folder.path, 'session.db'), migrations });
    const by = { bearer: { accountUin: ACCOUNT_UIN, principal: `user:${USER_UIN}` }, now: 0 };
    const redeemed = await db.transaction().execute((trx) => redeemTicket(trx, ticket, by));
    await db.destroy();
    expect(redeemed).toMatchObject({ mode: 'open' });
  },
);
