import { Refusal } from '@muster/kernel';
import { expect, it } from 'vitest';
import { requireRoom } from './backlog.ts';

const limits = { ofAccount: 10, inAll: 20 };

it.each([
  [{ ofAccount: 9, inAll: 19 }, 1],
  [{ ofAccount: 0, inAll: 0 }, 10],
])('lets %o grow by %i', (waiting, more) => {
  expect(() => requireRoom(waiting, more, limits)).not.toThrow();
});

it.each([
  [
    { ofAccount: 10, inAll: 10 },
    1,
    '10 tasks of the account wait to be started, and 1 more would pass the limit of 10; try again later',
  ],
  [
    { ofAccount: 0, inAll: 0 },
    11,
    '0 tasks of the account wait to be started, and 11 more would pass the limit of 10; try again later',
  ],
  [
    { ofAccount: 5, inAll: 20 },
    1,
    '20 tasks in all wait to be started, and 1 more would pass the limit of 20; try again later',
  ],
])('F12: refuses, in a way that may be retried, to let %o grow by %i', (waiting, more, message) => {
  expect(() => requireRoom(waiting, more, limits)).toThrow(new Refusal('unavailable', 'ResourceUnavailable', message));
});
