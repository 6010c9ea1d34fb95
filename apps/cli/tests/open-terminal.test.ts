import type { LinkEnd, LinkState } from '@muster/terminal-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createApp } from '../src/create-app.ts';
import { type OpenTerminal, openTerminal, type TerminalRequest } from '../src/open-terminal.ts';
import { terminalOf } from '../src/output/terminal.ts';
import type { Session } from '../src/session.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { KeptOutput } from './kept-output.ts';
import { home } from './muster.ts';

let gateway: FakeGateway;
beforeAll(async () => {
  gateway = await startFakeGateway(fleet('web-1'));
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A session with the fake gateway, as commands get one. */
async function connect(env: Record<string, string>): Promise<Session> {
  const config = readConfig(env);
  const streams = { stdin: process.stdin, stdout: new KeptOutput(), stderr: new KeptOutput() };
  return createApp(config, terminalOf(streams, config), {}).connect();
}

function opened(session: Session, given: Partial<TerminalRequest> = {}) {
  const told = { screen: '', states: [] as LinkState[], end: Promise.withResolvers<LinkEnd>() };
  const terminal: OpenTerminal = openTerminal(session, {
    open: () => session.shells.openSession({ instanceId: 'ins-00000000' }),
    role: 'drive',
    size: { columns: 80, rows: 24 },
    handlers: {
      output: (bytes, drawn) => {
        told.screen += Buffer.from(bytes).toString();
        drawn();
      },
      reset: () => undefined,
      state: (state) => void told.states.push(state),
      ended: told.end.resolve,
    },
    ...given,
  });
  return { terminal, told };
}

it('opens a terminal as the context says, and comes back after the gateway broke every connection', async () => {
  using user = home(gateway.url);
  gateway.shells.onShell = ({ terminal }) => {
    terminal.onInput = (bytes) => terminal.print(bytes);
  };
  const session = await connect(user.env);
  const { terminal, told } = opened(session);
  terminal.link.type(Buffer.from('one '));
  await expect.poll(() => told.screen).toBe('one ');
  gateway.dropConnections();
  terminal.link.type(Buffer.from('two'));
  await expect.poll(() => told.screen).toBe('one two');
  expect(gateway.callsOf('ResumeSession').map(({ message }) => message)).toMatchObject([
    { sessionId: terminal.sessionId },
  ]);
  gateway.shells.end(gateway.shells.shells[0]!, 4);
  expect(await told.end.promise).toMatchObject({ kind: 'ended', reason: 'EXITED', exitCode: 4 });
});

it('learns how a session ended while nothing was connected', async () => {
  using user = home(gateway.url);
  gateway.shells.onShell = () => undefined;
  const { told } = opened(await connect(user.env));
  await expect.poll(() => told.states.at(-1)?.kind).toBe('live');
  const shell = gateway.shells.shells[0]!;
  shell.terminal.dropClients();
  gateway.shells.end(shell, undefined, 'IDLE');
  expect(await told.end.promise).toMatchObject({ kind: 'ended', reason: 'IDLE' });
});

it('is refused with what the service says, and closes without a word when it is disposed', async () => {
  using user = home(gateway.url);
  const session = await connect(user.env);
  const refused = opened(session, {
    open: () => session.shells.joinSession({ sessionId: 'ses-nowhere0' }),
  });
  expect(await refused.told.end.promise).toMatchObject({
    kind: 'refused',
    error: { reason: 'ResourceNotFound.SessionNotFound' },
  });
  const { terminal, told } = opened(session);
  await expect.poll(() => told.states.at(-1)?.kind).toBe('live');
  terminal[Symbol.dispose]();
  await expect.poll(() => gateway.shells.shells[0]?.terminal.clients).toBe(0);
  expect(gateway.shells.shells[0]?.terminal.said).toEqual([]);
});
