import { SessionState } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MACHINE, type RelayFixture, startRelayFixture } from './relay-fixture.ts';
import { ScriptedClient } from './scripted-client.ts';

const token = 'user';

let fixture: RelayFixture;
beforeAll(async () => {
  fixture = await startRelayFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function opened() {
  const { ticket } = await fixture.sessions(token).openSession({ instanceId: MACHINE });
  return ticket!;
}
const hello = (ticket: string) => ScriptedClient.hello(fixture.door, { ticket, token });
const close = (sessionId: string) => fixture.sessions(token).closeSession({ sessionIds: [sessionId] });
const stateOf = async (sessionId: string) =>
  (await fixture.sessions(token).describeSessions({ sessionIds: [sessionId] })).sessionSet[0]?.sessionState;

it('opens a session once, however many of its tickets are used in the same moment', async () => {
  const { sessionId, ticket } = await opened();
  const another = (await fixture.sessions(token).resumeSession({ sessionId })).ticket!.ticket;
  const clients = await Promise.all([hello(ticket), hello(another)]);
  expect(clients.filter(({ welcome }) => welcome)).toHaveLength(1);
  expect(clients.filter(({ closed }) => closed)).toHaveLength(1);
  expect(await stateOf(sessionId)).toBe(SessionState.CONNECTED);
  await close(sessionId);
});

it('ends a session that is closed in the moment in which its ticket is used', async () => {
  for (let i = 0; i < 8; i++) {
    const { sessionId, ticket } = await opened();
    const said = hello(ticket);
    await close(sessionId);
    const client = await said;
    await eventually('the end', async () => (await stateOf(sessionId)) === SessionState.ENDED);
    await eventually('the socket to be closed', () => client.closed);
  }
});
