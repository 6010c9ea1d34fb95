import { defineConfig } from 'vitest/config';

// a mutant meets every test but the random ones, whose many rounds would make each of a few thousand mutants take minutes
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/{scenarios,fuzz,policy-language}.test.ts'],
    testTimeout: 60_000,
  },
});
