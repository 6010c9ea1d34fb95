import type { Bus } from '@muster/bus';
import { subjects } from '@muster/bus';
import { HeldSessionsSchema, SessionReportSchema, SessionSyncSchema } from '@muster/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen, mayPublish, maySubscribe, settle, startWorld, type Tenant, type World } from './world.ts';

const { agentSessionsDown, agentSessionUp, ALL_SESSIONS, serviceSessionDown, serviceSessionUp } = subjects;

const A = 'ins-aaaaaaaa';
const B = 'ins-bbbbbbbb';
const SESSION = 'ses-12345678';

let world: World;
let shop: Tenant;
let bank: Tenant;
let agentA: Bus;
let agentB: Bus;
let bankA: Bus;
let session: Bus;
let invocation: Bus;

beforeAll(async () => {
  world = await startWorld();
  [shop, bank] = [await world.tenant(), await world.tenant()];
  agentA = await world.agent(shop, A);
  agentB = await world.agent(shop, B);
  bankA = await world.agent(bank, A);
  session = await world.service('session-svc');
  invocation = await world.service('invocation-svc');
});
afterAll(() => world[Symbol.asyncDispose]());

it('T4: a shell is spoken to on its machine alone, and heard by session-svc with the tenant that the server stamped', async () => {
  const heard = await Promise.all([
    listen(agentA, agentSessionsDown(A)),
    listen(agentB, agentSessionsDown(B)),
    listen(bankA, agentSessionsDown(A)),
  ]);
  const reports = await listen(session, serviceSessionUp('report'));
  session.publish(
    serviceSessionDown({ tenant: shop.id, instanceId: A, sessionId: ALL_SESSIONS }, 'sync'),
    SessionSyncSchema,
    {},
  );
  agentA.publish(agentSessionUp(A, SESSION, 'report'), SessionReportSchema, { sessionId: SESSION });
  agentA.publish(agentSessionUp(A, ALL_SESSIONS, 'held'), HeldSessionsSchema, {});
  await settle(session, agentA, agentB, bankA);
  expect(heard.map(({ length }) => length)).toEqual([1, 0, 0]);
  expect(reports.map(({ subject }) => subjects.speakerOf(subject))).toEqual([{ tenant: shop.id, instanceId: A }]);
});

it('T5: session-svc and invocation-svc cannot speak for each other, nor agents for their siblings', async () => {
  const message = serviceSessionDown({ tenant: shop.id, instanceId: A, sessionId: SESSION }, 'message');
  const sync = subjects.serviceSync({ tenant: shop.id, instanceId: A });
  const task = subjects.serviceDown({ tenant: shop.id, instanceId: A, epoch: 1n }, 'task');
  const report = agentSessionUp(B, SESSION, 'report');
  const may = async (bus: Bus) => {
    const allowed: string[] = [];
    for (const subject of [message, sync, task, report]) if (await mayPublish(bus, subject)) allowed.push(subject);
    return allowed;
  };
  expect(await may(session)).toEqual([message]);
  expect(await may(invocation)).toEqual([sync, task]);
  expect(await may(agentA)).toEqual([]);
  expect(await may(agentB)).toEqual([report]);
});

it('T4: only session-svc hears what shells print', async () => {
  const printed = serviceSessionUp('report');
  expect(await maySubscribe(session, printed)).toBe(true);
  expect(await maySubscribe(session, 'up.*.*.*')).toBe(false);
  for (const bus of [invocation, agentA]) expect(await maySubscribe(bus, printed)).toBe(false);
});

it('puts no text into a subject that is more than a token, and reads what it wrote', () => {
  expect(() => agentSessionUp(A, 'ses-1.>', 'report')).toThrow('not a subject token');
  expect(subjects.sessionOf(serviceSessionDown({ tenant: 'T', instanceId: A, sessionId: SESSION }, 'open'))).toEqual({
    sessionId: SESSION,
    kind: 'open',
  });
});
