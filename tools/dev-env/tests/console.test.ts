import { startBrowser } from '@muster/testkit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let browser: Browser;
let profile: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [fixture, browser] = await Promise.all([startFixture(3), startBrowser()]);
  profile = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await profile.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
}, 90_000);
afterAll(async () => {
  await browser.close();
  await fixture[Symbol.asyncDispose]();
});

const SCRIPT = `for step in 1 2 3; do
  echo "step $step of 3 on $(hostname)"
  sleep 0.3
done
echo "<img src=x onerror=alert(1)>"
echo "a word of warning" >&2`;

it('lets a person sign in, see the machines, run a script on them and watch it end', async () => {
  const { url, root } = fixture.constellation;
  await page.goto(url);
  await page.getByLabel('User').fill(root.consoleUser);
  await page.getByLabel('Password', { exact: true }).fill(root.consolePassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  for (const name of ['web-1', 'web-2', 'web-3']) {
    expect(await page.getByRole('row', { name }).innerText()).toContain('Online');
  }
  await page.getByRole('checkbox', { name: 'Choose all shown' }).check();
  await page.getByRole('button', { name: 'Run on 3' }).click();
  await page.locator('.cm-content').fill(SCRIPT);
  await page.getByRole('button', { name: 'Run on 3 instances' }).click();
  await page.waitForURL('**/invocations/inv-*');
  await page
    .getByText(/step 1 of 3/)
    .first()
    .waitFor();
  await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
  await page.getByText('Succeeded').first().waitFor();
  await expect.poll(() => page.locator('main').innerText()).toMatch(/3[\s\S]*succe/i);
  expect(await page.locator('img[src="x"]').count()).toBe(0);

  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('row').nth(1).waitFor();
  expect(complaints).toEqual([]);
}, 90_000);

it('shows the same run in the terminal', async () => {
  const { stdout, code } = await fixture.muster(['logs', 'last']);
  expect(code).toBe(0);
  expect(stdout).toContain('step 3 of 3');
});
