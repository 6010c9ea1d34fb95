import { join } from 'node:path';
import { killedStartCases } from '@muster/testkit';
import { newKey, Vault } from '@muster/vault';
import { describe, it } from 'vitest';
import { migrations, rewrittenAfter } from '../src/store/migrations/index.ts';

const cases = killedStartCases({
  program: join(import.meta.dirname, 'open-store.ts'),
  migrations: migrations(new Vault(newKey())),
  rewrittenAfter,
  oldBefore: '0005',
  every: 17,
});

describe('F49: a start that is killed in the middle of its migrations', () => {
  it.each(Object.entries(cases))('%s', (_, holds) => holds());
});
