import { describe, expect, it } from 'vitest';
import { rulesInWords, VETO_RULES, type VetoedOrder, vetoOf, vetoOfSession } from './veto-rules.ts';

const order = (changes: Partial<VetoedOrder & { script: string }> = {}): VetoedOrder => ({
  username: 'deploy',
  language: 'SHELL',
  hasText: (text) => (changes.script ?? 'echo hello').includes(text),
  ...changes,
});
const MONDAY_NOON = Date.parse('2026-03-02T12:00:00Z');
const hours = (timeZone: string, ...allow: { days?: ('Mon' | 'Fri' | 'Sun')[]; from: string; to: string }[]) => ({
  hours: { timeZone, allow },
});

describe('T29: whom scripts may run as', () => {
  it.each([
    [{ users: { allow: ['deploy'] } }, 'root', 'users.allow lets only `deploy` through, and the order is for `root`'],
    [{ users: { allow: ['deploy'] } }, 'deploy', undefined],
    [{ users: { allow: [] } }, 'deploy', 'users.allow lets only none through, and the order is for `deploy`'],
    [{ users: { deny: ['root'] } }, 'root', 'users.deny refuses it, and the order is for `root`'],
    [{ users: { deny: ['root'] } }, 'deploy', undefined],
    [{ users: { allow: ['root'], deny: ['root'] } }, 'root', 'users.deny refuses it, and the order is for `root`'],
    [{}, 'root', undefined],
  ])('%j and %s: %s', (rules, username, expected) => {
    expect(vetoOf(order({ username }), rules, MONDAY_NOON)).toBe(expected);
  });
});

it('refuses everything where the machine is read-only', () => {
  expect(vetoOf(order(), { readOnly: true }, MONDAY_NOON)).toMatch(/^this machine is read-only/);
});

describe('T29: an interactive session', () => {
  const deploy = { username: 'deploy' };
  it.each([
    [{ sessions: false }, 'this machine has no sessions (sessions)'],
    [{ readOnly: true, sessions: false }, 'this machine is read-only (readOnly): nothing runs here'],
    [{ users: { allow: ['root'] } }, 'users.allow lets only `root` through, and the order is for `deploy`'],
    [{ users: { deny: ['deploy'] } }, 'users.deny refuses it, and the order is for `deploy`'],
    [hours('UTC', { from: '22:00', to: '23:00' }), 'hours.allow lets nothing run now, only 22:00-23:00 UTC'],
    [{ sessions: true }, undefined],
    [{ commandTypes: { allow: ['PYTHON' as const] }, scripts: { deny: ['mkfs'] } }, undefined],
  ])('with %j: %s', (rules, expected) => {
    expect(vetoOfSession(deploy, rules, MONDAY_NOON)).toBe(expected);
  });

  it('is no matter for scripts', () => {
    expect(vetoOf(order(), { sessions: false }, MONDAY_NOON)).toBeUndefined();
    expect(rulesInWords({ sessions: false, users: { deny: ['root'] } })).toBe('users: not `root`; sessions: none');
  });
});

it('refuses languages', () => {
  expect(vetoOf(order({ language: 'PYTHON' }), { commandTypes: { allow: ['SHELL'] } }, 0)).toMatch(
    /commandTypes.allow/,
  );
  expect(vetoOf(order({ language: 'PYTHON' }), { commandTypes: { deny: ['PYTHON'] } }, 0)).toMatch(/commandTypes.deny/);
  expect(vetoOf(order({ language: 'unknown' }), { commandTypes: { allow: ['SHELL'] } }, 0)).toMatch(/`unknown`$/);
  expect(vetoOf(order(), { commandTypes: { allow: ['SHELL'], deny: ['BAT'] } }, 0)).toBeUndefined();
});

it('refuses texts in scripts as they stand, and takes no letter for a pattern', () => {
  const rules = { scripts: { deny: ['mkfs', '.*'] } };
  expect(vetoOf(order({ script: 'sudo mkfs /dev/sda' }), rules, 0)).toBe(
    'scripts.deny refuses scripts that contain `mkfs`',
  );
  expect(vetoOf(order({ script: 'ls .*' }), rules, 0)).toMatch(/`\.\*`$/);
  expect(vetoOf(order({ script: 'anything' }), rules, 0)).toBeUndefined();
});

describe('the hours', () => {
  const at = (time: string, rules: Parameters<typeof vetoOf>[1]) =>
    vetoOf(order(), rules, Date.parse(time)) === undefined;
  it.each([
    ['2026-03-02T08:59:59Z', false],
    ['2026-03-02T09:00:00Z', true],
    ['2026-03-02T16:59:59Z', true],
    ['2026-03-02T17:00:00Z', false],
  ])('end before their end: at %s %s', (time, runs) => {
    expect(at(time, hours('UTC', { from: '09:00', to: '17:00' }))).toBe(runs);
  });

  it('are those of the zone, in summer and in winter', () => {
    const berlin = hours('Europe/Berlin', { from: '08:00', to: '09:00' });
    expect(['2026-01-15T07:30:00Z', '2026-07-15T06:30:00Z'].map((time) => at(time, berlin))).toEqual([true, true]);
    expect(['2026-01-15T06:30:00Z', '2026-07-15T07:30:00Z'].map((time) => at(time, berlin))).toEqual([false, false]);
  });

  it.each([
    ['Friday night', '2026-03-06T23:00:00Z', true],
    ['the morning after it', '2026-03-07T05:59:00Z', true],
    ['the next morning but one', '2026-03-08T05:00:00Z', false],
    ['Friday morning, which is of Thursday', '2026-03-06T05:00:00Z', false],
    ['Friday noon', '2026-03-06T12:00:00Z', false],
  ])('that reach over midnight belong to the day on which they begin: %s', (_, time, runs) => {
    expect(at(time, hours('UTC', { days: ['Fri'], from: '22:00', to: '06:00' }))).toBe(runs);
  });

  it('reach from Sunday into Monday, and to the end of a day', () => {
    expect(at('2026-03-09T01:00:00Z', hours('UTC', { days: ['Sun'], from: '22:00', to: '02:00' }))).toBe(true);
    expect(at('2026-03-02T23:59:59Z', hours('UTC', { days: ['Mon'], from: '22:00', to: '24:00' }))).toBe(true);
    expect(at('2026-03-03T00:00:00Z', hours('UTC', { days: ['Mon'], from: '22:00', to: '24:00' }))).toBe(false);
  });

  it('that are none let nothing run, and say when something would', () => {
    expect(vetoOf(order(), hours('UTC'), MONDAY_NOON)).toBe('hours.allow lets nothing run now, only never');
    expect(vetoOf(order(), hours('UTC', { days: ['Sun'], from: '00:00', to: '24:00' }), MONDAY_NOON)).toMatch(
      /only Sun 00:00-24:00 UTC$/,
    );
  });
});

it.each([
  {},
  { readOnly: true },
  { users: { allow: ['a'], deny: [] }, scripts: { deny: ['x'] } },
  { hours: { timeZone: 'Asia/Shanghai', allow: [{ days: ['Mon'], from: '00:00', to: '24:00' }] } },
])('takes %j', (rules) => {
  expect(VETO_RULES.safeParse(rules).success).toBe(true);
});

it.each([
  [null],
  [[]],
  [{ readonly: true }],
  [{ readOnly: 'yes' }],
  [{ users: { allow: 'deploy' } }],
  [{ users: { allowed: ['deploy'] } }],
  [{ users: { allow: [''] } }],
  [{ commandTypes: { allow: ['shell'] } }],
  [{ hours: { allow: [] } }],
  [{ hours: { timeZone: 'Mars/Phobos', allow: [] } }],
  [{ hours: { timeZone: 'UTC', allow: [{ from: '9:00', to: '17:00' }] } }],
  [{ hours: { timeZone: 'UTC', allow: [{ from: '09:00', to: '24:30' }] } }],
  [{ hours: { timeZone: 'UTC', allow: [{ days: ['Monday'], from: '09:00', to: '17:00' }] } }],
  [{ scripts: { deny: [''] } }],
  [{ scripts: { allow: ['x'] } }],
])('takes %j for a slip of the pen', (rules) => {
  expect(VETO_RULES.safeParse(rules).success).toBe(false);
});

it('says in a line what it refuses, but not the texts', () => {
  const rules = VETO_RULES.parse({
    users: { allow: ['deploy', 'www'], deny: ['root'] },
    commandTypes: { deny: ['PYTHON'] },
    hours: { timeZone: 'UTC', allow: [{ days: ['Mon', 'Tue'], from: '09:00', to: '17:00' }] },
    scripts: { deny: ['s3cret'] },
  });
  expect(rulesInWords(rules)).toBe(
    'users: only `deploy`, `www`; users: not `root`; command types: not `PYTHON`; hours: Mon Tue 09:00-17:00 UTC; scripts: 1 text refused',
  );
  expect(rulesInWords({ readOnly: true })).toBe('read-only: nothing runs');
  expect(rulesInWords({})).toBe('');
});
