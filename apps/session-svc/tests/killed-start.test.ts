import { join } from 'node:path';
import { killedStartCases } from '@muster/testkit';
import { describe, it } from 'vitest';
import { migrations } from '../src/store/migrations/index.ts';

const cases = killedStartCases({
  program: join(import.meta.dirname, 'open-store.ts'),
  migrations,
  oldBefore: '0004',
  every: 40,
});

describe('F49: a start that is killed in the middle of its migrations', () => {
  it.each(Object.entries(cases))('%s', (_, holds) => holds());
});
