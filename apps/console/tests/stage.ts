import { expect, test } from 'vitest';
import { openShell } from './at-terminal.ts';
import { type Fixture, startFixture } from './fixture.ts';
import type { Visitor } from './visitor.ts';

/**
 * A test of the console in a browser. It starts with two machines online and one offline, and gets what it names in its braces:
 * `it('…', async ({ page, world }) => …)`. Whatever a page reports as wrong fails it.
 */
export const it = test
  // biome-ignore lint/correctness/noEmptyPattern: what stands in the braces is what a fixture needs of the others
  .extend('fixture', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const fixture = await startFixture();
    onCleanup(() => fixture[Symbol.asyncDispose]());
    return fixture;
  })
  .extend('world', { auto: true }, ({ fixture }) => {
    fixture.reset();
    fixture.world.machine('web-1');
    fixture.world.machine('web-2');
    fixture.world.machine('db-1', false, 7_400);
    return fixture.world;
  })
  /** Opens a browser for somebody, signed in unless a stranger is wanted. */
  .extend('visit', ({ fixture }, { onCleanup }) => {
    const visitors: Visitor[] = [];
    onCleanup(async () => {
      const complaints = visitors.flatMap((visitor) => visitor.complaints);
      for (const visitor of visitors) await visitor[Symbol.asyncDispose]();
      expect(complaints).toEqual([]);
    });
    return async (...options: Parameters<Fixture['visitor']>) => {
      const visitor = await fixture.visitor(...options);
      visitors.push(visitor);
      return visitor;
    };
  })
  /** Somebody who is signed in and has been nowhere yet. */
  .extend('visitor', ({ visit }) => visit())
  .extend('page', ({ visitor }) => visitor.page)
  /** The other end of a shell on web-1 that the page has just opened. */
  .extend('shell', ({ page, world }) => openShell({ page, world }))
  /** A run on all machines, with the page before it. */
  .extend('run', async ({ page, world }) => {
    const run = world.run({ commandContent: new TextEncoder().encode('deploy') }, world.machines);
    await page.goto(`/invocations/${run.invocation.invocationId}`);
    await page.getByRole('log').waitFor();
    return run;
  });

// starting everything is not what the first test is about; it is here once, for the first file that comes
it.beforeAll(({ fixture }) => void fixture);
