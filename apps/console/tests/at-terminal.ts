import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { FakeShell } from './shells.ts';
import type { World } from './world.ts';

/** The panel of the terminal that is shown. */
export const panel = (page: Page) => page.getByRole('tabpanel');

/** What stands on the only screen in there, line by line, without what is blank at the ends. */
export async function screenText(place: Page | Locator): Promise<string> {
  const rows = await place.locator('.xterm-rows > div').allTextContents();
  return rows
    .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .trimEnd();
}

/** Clicks on a place of the screen, counted in rows and columns from its corner. */
export async function clickAt(page: Page, row: number, column: number): Promise<void> {
  const rows = panel(page).locator('.xterm-rows > div');
  const box = (await rows.nth(row).boundingBox())!;
  const x = box.x + column * 8.4;
  const y = box.y + box.height / 2;
  // a link is one once the pointer has moved over it
  await page.mouse.move(x - 1, y);
  await page.mouse.move(x, y);
  await page.mouse.click(x, y);
}

/** Waits until the screen of the terminal that is shown has this text. */
export const untilScreen = (page: Page, text: string) => expect.poll(() => screenText(panel(page))).toContain(text);

/** Opens a shell on a machine through the page, and gives the other end of it. */
export async function openShell(
  { page, world }: { page: Page; world: World },
  { name = 'web-1', user = 'root', reason = '' } = {},
): Promise<FakeShell> {
  const { instanceId } = world.machines.find(({ instanceName }) => instanceName === name)!;
  const before = world.shells.all.length;
  // from inside the page, for coming from outside would load it anew and leave what is open
  if (page.url().includes('/terminal')) await page.getByRole('treeitem', { name }).click();
  else await page.goto(`/terminal?i=${instanceId}`);
  await page.getByLabel('User of the operating system').fill(user);
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Open terminal' }).click();
  await expect.poll(() => world.shells.all.length).toBe(before + 1);
  const shell = world.shells.all[0]!;
  await expect.poll(() => shell.clients).toBe(1);
  return shell;
}

/** Pastes as a person does: the clipboard's text comes with an event. */
export async function paste(page: Page, text: string): Promise<void> {
  await panel(page)
    .locator('.xterm-helper-textarea')
    .evaluate((field, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
}
