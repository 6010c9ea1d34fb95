import { describe, expect, it } from 'vitest';
import { CLONE_NOTICE_AGAIN_MS, isNews, signInHeartbeat, signInHello } from './clone.ts';

describe('a hello', () => {
  it.each([
    ['the same machine, as after a reboot or a restart of the agent', 'a', 'a', undefined],
    ['another machine', 'a', 'b', 'MACHINE_CHANGED'],
    ['a machine whose id was not known', '', 'b', undefined],
    ['a machine that says no id', 'a', '', undefined],
  ])('from %s', (_, before, now, sign) => {
    expect(signInHello({ machineId: before }, now)).toBe(sign);
  });
});

describe('a heartbeat', () => {
  const heard = { epoch: 7n, sessionOpenedAt: 1_000, lastHeartbeatAt: 11_000 };
  const unheard = { epoch: 7n, sessionOpenedAt: 1_000, lastHeartbeatAt: 1_000 };
  it.each([
    ['of the newest session', heard, 7n, undefined],
    ['of an older session while the newest has not been heard: its answer may be on the way', unheard, 6n, undefined],
    ['of an older session once the newest has been heard', heard, 6n, 'OLD_SESSION_HEARD'],
    ['of a session that is yet to be', heard, 8n, undefined],
    ['before the first session', { epoch: 0n }, 0n, undefined],
  ] as const)('%s', (_, newest, epoch, sign) => {
    expect(signInHeartbeat(newest, epoch)).toBe(sign);
  });
});

it('tells of a clone again only after a while', () => {
  expect(isNews(undefined, 5)).toBe(true);
  expect(isNews(5, 5 + CLONE_NOTICE_AGAIN_MS - 1)).toBe(false);
  expect(isNews(5, 5 + CLONE_NOTICE_AGAIN_MS)).toBe(true);
});
