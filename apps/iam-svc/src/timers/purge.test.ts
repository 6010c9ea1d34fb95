import { silentLogger } from '@muster/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Fixture, ROOT_UIN, startFixture } from '../../tests/fixture.ts';
import { IamWriters } from '../store/iam-writers.ts';
import { startPurge } from './purge.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it('drops what has ended and keeps what has not', async () => {
  const now = fixture.clock.ms;
  const key = fixture.root.secretId;
  await fixture.inStore(async (db) => {
    await db.transaction().execute(async (trx) => {
      const { tokens } = new IamWriters(trx);
      for (const [id, expiresAt] of [
        ['ended', now],
        ['in force', now + 1],
      ] as const) {
        await tokens.insert({ tokenId: id, uin: ROOT_UIN, accountUin: ROOT_UIN, accessKeyId: undefined, expiresAt });
        await tokens.useNonce({ accessKeyId: key, nonce: id, expiresAt });
      }
      const used = { purpose: 'a test', expires_at: now };
      await trx
        .insertInto('used_signature')
        .values([
          { ...used, signature: 'ended' },
          { ...used, signature: 'in force', expires_at: now + 1 },
        ])
        .execute();
      const failed = { failures: 9, lockedUntil: 0 };
      await tokens.setAttempts({ accountUin: ROOT_UIN, userName: 'forgotten' }, failed, now - 2 * HOUR - 1);
      await tokens.setAttempts({ accountUin: ROOT_UIN, userName: 'remembered' }, failed, now - 2 * HOUR);
      await tokens.purge({ now, attemptsBefore: now - 2 * HOUR });
    });
    const left = await Promise.all([
      db.selectFrom('token').select('token_id').where('access_key_id', 'is', null).execute(),
      db.selectFrom('used_nonce').select('nonce').where('nonce', 'in', ['ended', 'in force']).execute(),
      db.selectFrom('used_signature').select('signature').execute(),
      db.selectFrom('login_attempt').select('user_name').execute(),
    ]);
    expect(left).toEqual([
      [{ token_id: 'in force' }],
      [{ nonce: 'in force' }],
      [{ signature: 'in force' }],
      [{ user_name: 'remembered' }],
    ]);
  });
});

it('runs once a minute, and goes on after a failure', async () => {
  vi.useFakeTimers();
  const purges: string[] = [];
  {
    using _timer = startPurge({
      clock: { now: () => 0 },
      logger: silentLogger,
      commit: async () => {
        purges.push('purge');
        throw new Error('the store is busy');
      },
    });
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(purges).toHaveLength(3);
  }
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect(purges).toHaveLength(3);
  vi.useRealTimers();
});
