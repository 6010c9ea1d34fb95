import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionService, SessionState } from '@muster/contract';
import { openStore } from '@muster/db';
import { bearer, createServiceClient, grpcTransport } from '@muster/rpc';
import {
  ACCOUNT_UIN,
  eventCount,
  eventually,
  type NatsServer,
  startNatsServer,
  tempDirectory,
  USER_UIN,
} from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../src/store/migrations/index.ts';
import type { SessionSchema } from '../src/store/schema.ts';
import { redeemTicket } from '../src/store/ticket-store.ts';
import { testConfig } from './relay-fixture.ts';

const program = join(import.meta.dirname, 'service-process.ts');

let nats: NatsServer;
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(() => nats[Symbol.asyncDispose]());

/** The service as a process, on the store in this folder. */
async function startProcess(folder: string, failPoints = '') {
  const config = { ...testConfig(nats, folder), failPoints };
  const child = fork(program, [JSON.stringify(config)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const failed = exited.then(() => Promise.reject(new Error('the service ended at once')));
  const [{ address }] = (await Promise.race([once(child, 'message'), failed])) as [{ address: string }];
  const transport = grpcTransport({ address, interceptors: [bearer(() => 'user')] });
  return {
    exited,
    sessions: createServiceClient(SessionService, transport),
    open: (reason: string) =>
      createServiceClient(SessionService, transport).openSession({ instanceId: 'ins-00000001', reason }),
    async [Symbol.asyncDispose]() {
      transport.close();
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function newFolder() {
  const folder = tempDirectory('muster-killed-opening-');
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder.path, 'session-svc.key'), key, { mode: 0o600 });
  return folder;
}

it.each([
  ['session.before-commit', ['answered']],
  ['session.after-commit', ['not answered', 'answered']],
] as const)('keeps every session that it answered when it is killed at %s', async (failPoint, kept) => {
  using folder = newFolder();
  const told = await eventCount(nats, 'evt.session.session.opened');
  let ticket = '';
  {
    await using killed = await startProcess(folder.path, `${failPoint}:kill:2`);
    ticket = (await killed.open('answered')).ticket!.ticket;
    await expect(killed.open('not answered')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await killed.exited).toEqual([null, 'SIGKILL']);
  }
  {
    await using again = await startProcess(folder.path);
    const { sessionSet } = await again.sessions.describeSessions({});
    expect(sessionSet.map(({ reason, sessionState }) => [reason, sessionState])).toEqual(
      kept.map((reason) => [reason, SessionState.PENDING]),
    );
    const opened = told + kept.length;
    await eventually(
      'every opening to be told',
      async () => (await eventCount(nats, 'evt.session.session.opened')) >= opened,
    );
    expect(await eventCount(nats, 'evt.session.session.opened')).toBe(opened);
  }
  // and the ticket that was answered still opens what it was given for
  const db = await openStore<SessionSchema>({ file: join(folder.path, 'session.db'), migrations });
  const bearerOfTicket = { accountUin: ACCOUNT_UIN, principal: `user:${USER_UIN}` };
  expect(
    await db.transaction().execute((trx) => redeemTicket(trx, ticket, { bearer: bearerOfTicket, now: Date.now() })),
  ).toMatchObject({ mode: 'open' });
  await db.destroy();
});
