import { PrincipalType } from '@muster/contract';
import { expect, it } from 'vitest';
import { bearerOf } from './principal.ts';

const { USER, ROLE } = PrincipalType;
const bearer = (type: PrincipalType, name: string) => bearerOf({ accountUin: '100', uin: '7', type, name }).principal;

it('tells a role from a user of the same uin, and role sessions by their names', () => {
  const all = [bearer(USER, 'ann'), bearer(ROLE, 'ann'), bearer(ROLE, 'bob')];
  expect(new Set(all).size).toBe(3);
  expect(bearer(ROLE, 'ann')).toBe(bearer(ROLE, 'ann'));
});

it('takes a user who was renamed for the same', () => {
  expect(bearer(USER, 'ann')).toBe(bearer(USER, 'anna'));
});
