import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/fixture.ts';
import { type ChangeableUser, endingOf, type WantedChange } from './user-change.ts';

const user = (parts: Partial<ChangeableUser> = {}): ChangeableUser => ({
  isRoot: false,
  consoleLogin: true,
  ...parts,
});
const wanted = (parts: Partial<WantedChange> = {}): WantedChange => ({ newPassword: false, ...parts });
const API_ONLY = user({ consoleLogin: false });
const ROOT = user({ isRoot: true });

describe('a change of a user', () => {
  it.each([
    ['nothing', user(), wanted(), 'none'],
    ['a reset that is asked for', user(), wanted({ needResetPassword: true }), 'none'],
    ['switching on', user(), wanted({ active: true }), 'none'],
    ['switching off', user(), wanted({ active: false }), 'all'],
    ['switching off with a new password', user(), wanted({ active: false, newPassword: true }), 'all'],
    ['a new password', user(), wanted({ newPassword: true }), 'console'],
    ['taking the password away', user(), wanted({ consoleLogin: false }), 'console'],
    ['taking away a password that is not there', API_ONLY, wanted({ consoleLogin: false }), 'none'],
    ['giving a password for the first time', API_ONLY, wanted({ consoleLogin: true, newPassword: true }), 'console'],
    ['a new password of root', ROOT, wanted({ newPassword: true }), 'console'],
  ] as const)('by %s ends tokens as %#', (_what, before, change, ending) => {
    expect(endingOf(before, change)).toBe(ending);
  });

  it.each([
    ['Password', API_ONLY, wanted({ consoleLogin: true })],
    ['Password', API_ONLY, wanted({ newPassword: true })],
    ['Password', user(), wanted({ consoleLogin: false, newPassword: true })],
    ['NeedResetPassword', API_ONLY, wanted({ needResetPassword: true })],
    ['NeedResetPassword', user(), wanted({ consoleLogin: false, needResetPassword: true })],
    ['Active', ROOT, wanted({ active: false })],
    ['ConsoleLogin', ROOT, wanted({ consoleLogin: false })],
  ] as const)('is refused for its %s %#', async (field, before, change) => {
    expect(await refusalOf(Promise.resolve().then(() => endingOf(before, change)))).toMatchObject({
      kind: 'invalid',
      reason: 'InvalidParameter.ParamError',
      details: { field },
    });
  });
});
