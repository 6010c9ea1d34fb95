import { eventually } from '@muster/testkit';
import { beforeEach, expect, it } from 'vitest';
import { FakeSessionService } from './fake-session-service.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
let sessions: FakeSessionService;
beforeEach(async () => {
  const { service, identity } = machine;
  sessions = await FakeSessionService.start(service.nats, { identity, signingKey: service.signingKey.privateKey });
  return () => sessions[Symbol.asyncDispose]();
});

it('opens a login shell, types into it, and says how it ended', async () => {
  await machine.agent();
  const session = sessions.open();
  await eventually('the shell', () => session.said('started'));
  expect(session.said('started')).toMatchObject({ shell: '/bin/bash', keptBytes: 1_048_576 });
  session.type('echo $((6 * 7)); exit 5\n');
  const { exitCode } = await eventually('the end', () => session.said('exited'));
  expect(exitCode).toBe(5);
  expect(session.text).toMatch(/42\r\n/);
});
