import { rmSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

const FAULTS = 'reports/faults.txt';

/** What failed outside of any test (an import, a hook, an error nobody awaited): the counts of the report do not show it. */
const faultReporter: Reporter = {
  onTestRunStart: () => rmSync(FAULTS, { force: true }),
  onTestRunEnd(files, unhandled) {
    const ofFiles = files.flatMap((file) => file.errors().map((error) => `${file.relativeModuleId}: ${error.stack}`));
    const faults = [...ofFiles, ...unhandled.map((error) => `unhandled: ${error.stack ?? error.message}`)];
    if (faults.length > 0) writeFileSync(FAULTS, `${faults.join('\n')}\n`);
  },
};

// Each project runs with this from its own folder (`nx test policy`); the reports are what `./muster test` counts and repeats.
export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    // a test file finds modules as the files before it left them: none keeps anything between tests, and importing is half the time
    isolate: false,
    // for what hangs: beside all other projects a test takes ten times as long as alone
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // an outcome that is polled for may take its time on a busy machine; it fails by its content, not by the clock
    expect: { poll: { timeout: 20_000, interval: 50 } },
    passWithNoTests: true,
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }], faultReporter],
  },
});
