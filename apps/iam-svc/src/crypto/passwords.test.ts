import { describe, expect, it } from 'vitest';
import { checkPassword } from '../domain/password.ts';
import { hashPassword, newPassword, verifyPassword } from './passwords.ts';

describe('password hashes', () => {
  it('are argon2id in PHC form, salted, and fit only their password', async () => {
    const [one, two] = await Promise.all([hashPassword('Aa1!aaaa'), hashPassword('Aa1!aaaa')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword('Aa1!aaaa', one!)).toBe(true);
    expect(await verifyPassword('Aa1!aaab', one!)).toBe(false);
  });

  it('agree with the reference implementation', async () => {
    // from the test suite of the reference implementation: argon2id, t=2, m=2^16, p=1, `somesalt`
    const hash = Buffer.from('09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7', 'hex');
    const reference = `$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$${hash.toString('base64').replace('=', '')}`;
    expect(await verifyPassword('password', reference)).toBe(true);
    expect(await verifyPassword('Password', reference)).toBe(false);
  });

  it('T25: of nobody take their time and fit nothing', async () => {
    for (const guess of ['', 'Aa1!aaaa']) expect(await verifyPassword(guess, '')).toBe(false);
  });

  it('that are none are a fault, not a refusal', async () => {
    await expect(verifyPassword('x', 'plain')).rejects.toThrow('not one');
  });
});

describe('a password that is made', () => {
  it('satisfies the rules and is never the same', () => {
    const made = Array.from({ length: 200 }, newPassword);
    for (const password of made) expect(checkPassword(password)).toHaveLength(32);
    expect(new Set(made).size).toBe(200);
  });
});
