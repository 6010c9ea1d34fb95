import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '@muster/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../fixture.ts';

const PATIENCE = { timeout: 30_000 };

let fixture: Fixture;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [fixture, browser] = await Promise.all([startFixture(1), startBrowser()]);
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  const { url, root } = fixture.constellation;
  await page.goto(url);
  await page.getByLabel('User').fill(root.consoleUser);
  await page.getByLabel('Password', { exact: true }).fill(root.consolePassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('row', { name: 'web-1' }).waitFor();
}, 90_000);
afterAll(async () => {
  await browser.close();
  await fixture[Symbol.asyncDispose]();
});

/** What stands on the screen of the terminal that is shown. */
async function screen(): Promise<string> {
  const rows = await page.getByRole('tabpanel').locator('.xterm-rows > div').allTextContents();
  return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
}

const shows = (text: string | RegExp) => expect.poll(screen, PATIENCE).toMatch(text);

async function type(line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

it('drives a real bash, vi and top from a page, through a gateway that dies, and replays all of it', async () => {
  await page.getByRole('link', { name: 'Terminal on web-1' }).click();
  await page.getByLabel('User of the operating system').fill('root');
  await page.getByRole('button', { name: 'Open terminal' }).click();
  await shows(/[#$] ?$/m);
  await type(`cd ${fixture.folder}; PS1='> '; clear; echo "six times seven is $((6 * 7))"`);
  await shows('six times seven is 42');

  await type('vi -n -u NONE -N poem.txt');
  await shows(/^~$/m);
  await page.keyboard.type('iRoses are red');
  await page.keyboard.press('Enter');
  await page.keyboard.type('shells are remote');
  await page.keyboard.press('Escape');
  await shows('shells are remote');
  const before = await screen();
  process.kill(fixture.constellation.pids().gateway!, 'SIGKILL');
  await page
    .getByRole('status')
    .getByText(/again|connect/i)
    .first()
    .waitFor(PATIENCE);
  await page.keyboard.type('x');
  await shows('shells are remot\n');
  expect((await screen()).replace('shells are remot\n', 'shells are remote\n')).toContain(
    before.split('\n').slice(0, 5).join('\n'),
  );
  await type(':wq');
  await shows(/^>$/m);
  expect(readFileSync(join(fixture.folder, 'poem.txt'), 'utf8')).toBe('Roses are red\nshells are remot\n');

  await type('top -d 1');
  await shows(/PID USER/);
  await page.keyboard.press('q');
  await type('exit 4');
  await page.getByText('The shell ended with exit code 4.').waitFor(PATIENCE);

  await page.getByRole('tabpanel').getByRole('link', { name: 'Recording' }).click();
  await expect.poll(() => page.locator('.xterm-rows').innerText(), PATIENCE).not.toBe('');
  await page.goto(`${fixture.constellation.url}/sessions?view=recordings&q=shells are remote`);
  await page.getByText('shells are remote').first().waitFor(PATIENCE);
  expect(complaints).toEqual([]);
}, 180_000);
