import { describe, expect, it } from 'vitest';
import {
  checkDuration,
  credentialArn,
  federationDuration,
  isTemporary,
  requirePermanent,
  roleSessionDuration,
} from './temporary-credential.ts';

describe('how long a role session lasts', () => {
  it.each([
    ['user', 7_200, { fallback: 3_600, most: 7_200 }],
    ['user', 600, { fallback: 600, most: 600 }],
    ['user', 43_200, { fallback: 3_600, most: 43_200 }],
    ['role', 43_200, { fallback: 3_600, most: 3_600 }],
    ['role', 600, { fallback: 600, most: 600 }],
  ] as const)('for a %s, of a role that allows %d s', (type, sessionSeconds, duration) => {
    expect(roleSessionDuration({ sessionSeconds }, { type })).toEqual(duration);
  });

  it('is what was asked for, up to the limit', () => {
    const duration = { fallback: 60, most: 120 };
    expect([0, 1, 120].map((asked) => checkDuration(asked, duration))).toEqual([60, 1, 120]);
    expect(() => checkDuration(121, duration)).toThrow('DurationSeconds must be at most 120 here, was 121');
  });
});

it('root vouches for others for a shorter time', () => {
  expect([federationDuration({ type: 'root' }).most, federationDuration({ type: 'user' }).most]).toEqual([
    7_200, 129_600,
  ]);
});

it('a role session and a federated user are temporary, a user is not', () => {
  expect(isTemporary({ type: 'role', sessionName: 'x' })).toBe(true);
  expect(isTemporary({ type: 'user', sessionName: 'guest' })).toBe(true);
  expect(isTemporary({ type: 'root', sessionName: '' })).toBe(false);
  requirePermanent({ type: 'collaborator', sessionName: '' });
});

it('a credential is named by what it is', () => {
  const held = { accountUin: '1', uin: '11' };
  expect(credentialArn({ ...held, roleId: '55', sessionName: 's' })).toBe('qcs::sts::uin/1:assumed-role/55/s');
  expect(credentialArn({ ...held, sessionName: 'guest' })).toBe('qcs::sts::uin/1:federated-user/11/guest');
  expect(credentialArn({ ...held, sessionName: '' })).toBe('qcs::cam::uin/1:uin/11');
});
