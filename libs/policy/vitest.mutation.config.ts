import { defineConfig } from 'vitest/config';

// a mutant meets every test but the random ones, whose many rounds would make each of thousands of mutants take minutes, and the page's
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/{scenarios,fuzz}.test.ts'],
    testTimeout: 60_000,
  },
});
