import { defineConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';

// A mutant meets every test but those whose number of random rounds makes them slow; they say the same as the others.
export default defineConfig({
  test: { ...shared.test, exclude: ['tests/differential.test.ts', 'tests/properties.test.ts', 'tests/explain*.test.ts'] },
});
