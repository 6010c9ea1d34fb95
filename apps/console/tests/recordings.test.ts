import { readFile } from 'node:fs/promises';
import { EndReason, SessionState } from '@muster/contract';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { panel, screenText, untilScreen } from './at-terminal.ts';
import { type Moments, recordingOf } from './recordings.ts';
import { it } from './stage.ts';

/** A minute and a half, with a silence in the middle. */
const MOMENTS: Moments = [
  [0, '$ '],
  [2_000, 'first\r\n'],
  [4_000, 'second needle\r\n'],
  [83_400, 'third Needle\r\n'],
  [90_000, 'last\r\n'],
];

/** Waits until the recording has drawn exactly this. */
const untilReplayed = (page: Page, text: string) => expect.poll(() => screenText(page)).toBe(text);
const open = async (page: Page, address: string) => {
  await page.goto(`/recordings/${address}`);
  await page.getByText(/Sealed and whole|Not sealed|^Changed$/).waitFor();
};

it.beforeEach(({ world }) => {
  world.recordings.push(recordingOf({ sessionId: 'ses-00000011' }, MOMENTS));
});

describe('sessions', () => {
  it('are listed while they are open, can be watched, and ended with a reason', async ({ world, page }) => {
    const { shells } = world;
    const shell = shells.shell({
      instanceId: 'ins-web10000',
      username: 'deploy',
      createUin: '100000000077',
      reason: 'logs',
    });
    shell.session.sessionState = SessionState.CONNECTED;
    shell.write('what they do');
    await page.goto('/instances');
    await page.getByRole('link', { name: 'Sessions' }).click();
    const row = page.getByRole('row', { name: 'deploy@web-1' });
    await row.getByText('Connected', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'Watch' }).click();
    await untilScreen(page, 'what they do');
    await panel(page).getByText('Watching', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Sessions' }).click();
    await row.getByRole('button', { name: 'End' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('maintenance');
    await page.getByRole('dialog').getByRole('button', { name: 'End the session' }).click();
    await page.getByText('No session is open').waitFor();
    expect(shell.session.endReason).toBe(EndReason.TERMINATED);
    await page.getByRole('tab', { name: 'Ended' }).click();
    await row.getByText('Terminated', { exact: true }).waitFor();
  });

  it('of others are taken over after asking', async ({ world, page }) => {
    const shell = world.shells.shell({ instanceId: 'ins-web10000', createUin: '100000000077' });
    await page.goto('/sessions');
    await page.getByRole('button', { name: 'Take over' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take over' }).click();
    await expect.poll(() => shell.clients).toBe(1);
    await page.keyboard.type('mine');
    await expect.poll(() => shell.typed).toBe('mine');
  });
});

describe('a recording', () => {
  it('is found by its text, and a hit leads to its second', async ({ page }) => {
    await page.goto('/sessions?view=recordings');
    await page.getByText('root@web-1').waitFor();
    await page.getByLabel('Search recordings').fill('needle');
    await page.getByRole('link', { name: '1:23' }).click();
    await page.waitForURL('**/recordings/ses-00000011?t=83');
    await page.getByText('1:23 / 1:30').waitFor();
    await untilReplayed(page, '$ first\nsecond needle');
    await page.getByLabel('Search what was printed').fill('needle');
    await page.getByText('2 found').waitFor();
    await page.getByRole('button', { name: /1:23/ }).click();
    await untilReplayed(page, '$ first\nsecond needle\nthird Needle');
    await page.getByRole('button', { name: /0:04/ }).click();
    await untilReplayed(page, '$ first\nsecond needle');
  });

  it('is gone through with the keyboard, and the address keeps the place', async ({ page }) => {
    await open(page, 'ses-00000011');
    await page.keyboard.press('ArrowRight');
    await untilReplayed(page, '$ first\nsecond needle');
    await page.waitForURL('**/ses-00000011?t=5');
    await page.keyboard.press('Shift+ArrowRight');
    await page.waitForURL('**/ses-00000011?t=35');
    await page.keyboard.press('End');
    await expect.poll(() => screenText(page)).toContain('last');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => screenText(page)).not.toContain('last');
    await page.keyboard.press('Home');
    await untilReplayed(page, '$');
    await page.waitForURL('**/ses-00000011');
    await page.reload();
    await untilReplayed(page, '$');
  });

  it('plays, faster when that is wanted, and skips silence', async ({ page }) => {
    await open(page, 'ses-00000011');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.getByRole('combobox', { name: 'Speed' }).inputValue()).toBe('8×');
    await page.keyboard.press(' ');
    // 90 seconds, most of them silent
    await untilReplayed(page, '$ first\nsecond needle\nthird Needle\nlast');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.getByText('1:30 / 1:30').waitFor();
    await page.getByRole('switch', { name: 'Skip silence' }).click();
    await expect.poll(() => screenText(page)).toContain('last');
  });

  it('says whether it is as it was written', async ({ world, page }) => {
    const recorded = world.recordings[0]!;
    await open(page, 'ses-00000011');
    await page.getByText('Sealed and whole').waitFor();
    recorded.sealed = false;
    await open(page, 'ses-00000011');
    await page.getByText('Not sealed').waitFor();
    recorded.sealed = true;
    recorded.fault = 'chunk 3 was changed';
    await open(page, 'ses-00000011');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('chunk 3 was changed');
  });

  it('is saved byte for byte', async ({ world, page }) => {
    const recorded = world.recordings[0]!;
    await open(page, 'ses-00000011');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as .cast' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('ses-00000011.cast');
    const saved = await readFile((await download.path())!, 'utf8');
    expect(saved).toBe(recorded.chunks.map(({ text }) => text).join(''));
  });

  it('T15: is only looked at: what it holds asks, opens and copies nothing', async ({ world, page }) => {
    const hostile =
      '\u001b[c\u001bP$qm\u001b\\\u001b]52;c;b3duZWQ=\u0007\u001b]0;owned\u0007\u001b]8;;javascript:alert(1)\u0007x\u001b]8;;\u0007end';
    world.recordings.push(recordingOf({ sessionId: 'ses-00000012' }, [[0, hostile]]));
    await open(page, 'ses-00000012');
    await untilReplayed(page, 'xend');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.title()).toBe('ses-00000012 · Muster');
  });
});

it('fits a telephone', async ({ world, visit }) => {
  world.shells.shell({
    instanceId: 'ins-web10000',
    reason: 'a reason that is longer than a telephone is wide',
  });
  const narrow = await visit({ width: 390, height: 844, dark: true });
  const { page } = narrow;
  for (const path of [
    '/sessions',
    '/sessions?view=recordings',
    '/sessions?view=recordings&q=needle',
    '/recordings/ses-00000011',
  ]) {
    await page.goto(path);
    await page.getByText('root@web-1').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
});
