import { defineConfig } from 'vitest/config';

// Each project runs with this from its own folder (`nx test policy`); the report is what `./muster test` counts.
export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // an outcome that is polled for may take its time on a busy machine; it fails by its content, not by the clock
    expect: { poll: { timeout: 20_000, interval: 50 } },
    passWithNoTests: true,
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
  },
});
