import { Refusal } from '@muster/kernel';
import { expect, it } from 'vitest';
import { checkSessionOrder, type GivenSessionOrder } from './session-order.ts';

const shell: GivenSessionOrder = {
  sessionId: 'ses-12345678',
  instanceId: 'ins-12345678',
  program: 'SHELL',
  frameKey: new Uint8Array(32),
  username: 'deploy',
  workingDirectory: '',
  columns: 80,
  rows: 24,
  graceSeconds: 60,
  longestSeconds: 43_200,
  requiredFeatures: [],
  forwardTo: '',
};
const refusalOf = (change: Partial<GivenSessionOrder>) => {
  try {
    checkSessionOrder({ ...shell, ...change });
    return undefined;
  } catch (error) {
    return error;
  }
};

it.each<[string, Partial<GivenSessionOrder>]>([
  ['a shell', {}],
  ['the largest', { columns: 1_000, rows: 1_000, graceSeconds: 3_600, longestSeconds: 604_800 }],
  ['the smallest', { columns: 1, rows: 1, graceSeconds: 0, longestSeconds: 1 }],
  ['a folder', { workingDirectory: '/srv/app' }],
  ['files', { program: 'FILES', requiredFeatures: ['session-files'] }],
  ['a port by name, as nobody', { program: 'FORWARD', username: '', forwardTo: 'db.internal:5432' }],
  ['a port by IPv6', { program: 'FORWARD', forwardTo: '[::1]:5432' }],
])('takes %s', (_, change) => {
  expect(refusalOf(change)).toBeUndefined();
});

it.each<[string, Partial<GivenSessionOrder>]>([
  ['SessionId', { sessionId: 'invt-12345678' }],
  ['SessionId', { sessionId: 'ses-12345678.x' }],
  ['InstanceId', { instanceId: 'ses-12345678' }],
  ['Program', { program: undefined }],
  ['FrameKey length', { frameKey: new Uint8Array(31) }],
  ['Username', { username: '' }],
  ['Username', { username: 'root:x' }],
  ['WorkingDirectory', { workingDirectory: 'srv' }],
  ['Columns', { columns: 0 }],
  ['Columns', { columns: 1_001 }],
  ['Rows', { rows: 0 }],
  ['GraceSeconds', { graceSeconds: 3_601 }],
  ['LongestSeconds', { longestSeconds: 0 }],
  ['LongestSeconds', { longestSeconds: 604_801 }],
  ['RequiredFeatures length', { requiredFeatures: Array.from({ length: 9 }, () => 'x') }],
  ['RequiredFeatures', { requiredFeatures: ['\u001b[31m'] }],
  ['ForwardTo', { forwardTo: 'localhost:22' }],
  ['ForwardTo', { program: 'FORWARD' }],
  ['ForwardTo', { program: 'FORWARD', forwardTo: 'localhost:65536' }],
  ['ForwardTo', { program: 'FORWARD', forwardTo: 'a b:22' }],
])('names %s when it refuses', (field, change) => {
  const refusal = refusalOf(change);
  expect(refusal).toBeInstanceOf(Refusal);
  expect((refusal as Refusal).message).toMatch(new RegExp(`^${field} `));
});
