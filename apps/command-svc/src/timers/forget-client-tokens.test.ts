import { join } from 'node:path';
import { CLIENT_TOKEN_LIFE_MS, clientTokenMigration, openStore, type WithClientTokens } from '@muster/db';
import { eventually, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { startForgettingClientTokens } from './forget-client-tokens.ts';

it('forgets the tokens of yesterday, and those only', async () => {
  using folder = tempDirectory('muster-command-');
  const db = await openStore<WithClientTokens>({
    file: join(folder.path, 'command.db'),
    migrations: { '0001_tokens': clientTokenMigration },
  });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => db.destroy());
  const now = Date.UTC(2026, 0, 2);
  const row = { account_uin: '1', uin: '1', request_type: 'r', request_hash: Buffer.of(1), answer: Buffer.of(1) };
  for (const [token, age] of [
    ['old', CLIENT_TOKEN_LIFE_MS + 1],
    ['young', CLIENT_TOKEN_LIFE_MS],
  ] as const) {
    await db
      .insertInto('client_token')
      .values({ ...row, token, created_at: now - age })
      .execute();
  }
  const failures: unknown[] = [];
  closing.use(startForgettingClientTokens(db, { clock: { now: () => now }, onError: (error) => failures.push(error) }));
  const left = async () => (await db.selectFrom('client_token').select('token').execute()).map(({ token }) => token);
  await eventually('the old one to be gone', async () => !(await left()).includes('old'));
  expect(await left()).toEqual(['young']);
  expect(failures).toEqual([]);
});
