import { defineConfig } from 'vitest/config';

// Each project runs with this from its own folder (`nx test policy`); the report is what `./muster test` counts.
export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
  },
});
