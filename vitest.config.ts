import { defineConfig } from 'vitest/config';

// Run from the root for everything, or through nx inside one project (`nx test policy`).
export default defineConfig({
  test: {
    include: ['**/src/**/*.test.{ts,tsx}', '**/tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
  },
});
