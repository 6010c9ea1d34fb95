import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { clickAt, openShell, panel, untilScreen } from './at-terminal.ts';
import { it } from './stage.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** What a hostile program or file may ask a terminal for, to have the answer typed. */
const QUESTIONS = {
  'a status string': '\u001bP$qm\u001b\\\u001bP$q"p\u001b\\\u001bP$qr;reboot\r\u001b\\',
  'what terminfo says': '\u001bP+q544e\u001b\\',
  'the title of the window': '\u001b]2;;reboot\r\u0007\u001b[21t\u001b[20t',
  'the window and its place': '\u001b[11t\u001b[13t\u001b[14t\u001b[16t\u001b[18t\u001b[19t',
  'the name of the terminal': '\u001b[>q\u001b[>0q',
  'the clipboard': '\u001b]52;c;?\u0007\u001b]52;;?\u0007\u001b]52;p;?\u001b\\',
  'fonts and icons': '\u001b]50;?\u0007\u001b]1;?\u0007\u001b]7;?\u0007',
  'a user-defined key': '\u001bP1;1|17/0d\u001b\\\u001b[?26n\u001b[?15n',
  'its answerback': '\u0005',
} as const;

it.for(Object.entries(QUESTIONS))(
  'T15: types no answer to a program that asks for %s',
  async ([, question], { page, shell }) => {
    shell.write(`${question}\r\ndone`);
    await untilScreen(page, 'done');
    // answers come before what is typed after the question
    await page.keyboard.type('.');
    await expect.poll(() => shell.typed).toBe('.');
  },
);

it('T15: answers what every full-screen program asks, in forms of digits alone', async ({ shell }) => {
  shell.write('\u001b[c\u001b[>c\u001b[6n\u001b]11;?\u0007\u001b[?2004$p');
  await expect.poll(() => shell.typed).toMatch(/\$y$/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  expect(shell.typed).toMatch(/^(\u001b\[[?>]?[\d;]+[cRn]|\u001b\]11;rgb:[\da-f/]+\u001b\\|\u001b\[\?[\d;]+\$y)+$/);
});

it('T15: does not answer what was asked before it came back', async ({ page, shell }) => {
  shell.write('\u001b[c\u001b[6nasked');
  await untilScreen(page, 'asked');
  await expect.poll(() => shell.typed).toMatch(/R$/);
  shell.typed = '';
  await page.reload();
  await untilScreen(page, 'asked');
  await page.keyboard.type('.');
  await expect.poll(() => shell.typed).toBe('.');
});

it('T15: shows a title in its tab, cut and cleaned, and leaves the window its own', async ({ page, shell }) => {
  shell.write(`\u001b]0;<b>own\u202eed</b>${'!'.repeat(500)}\u0007`);
  const tab = page.getByRole('tab');
  await expect.poll(() => tab.innerText()).toContain('<b>owned</b>!');
  expect((await tab.innerText()).length).toBeLessThan(70);
  expect(await page.title()).toBe('Terminal · Muster');
});

it('T15: fills the clipboard only after asking once in each tab, and never reads it', async ({
  world,
  page,
  shell,
}) => {
  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  shell.write(`\u001b]52;c;${base64('first')}\u0007`);
  const dialog = page.getByRole('dialog', { name: 'A program on web-1 wants to fill your clipboard' });
  await dialog.getByText('first').waitFor();
  expect(await clipboard(page)).toBe('mine');
  await dialog.getByRole('button', { name: 'Not in this tab' }).click();
  shell.write(`\u001b]52;c;${base64('second')}\u0007refused`);
  await untilScreen(page, 'refused');
  expect(await dialog.count()).toBe(0);
  expect(await clipboard(page)).toBe('mine');

  const another = await openShell({ page, world });
  another.write(`\u001b]52;c;${base64('third')}\u0007`);
  await dialog.getByRole('button', { name: 'Allow' }).click();
  await expect.poll(() => clipboard(page)).toBe('third');
  another.write(`\u001b]52;c;${base64('fourth')}\u0007\u001b]52;c;?\u0007`);
  await expect.poll(() => clipboard(page)).toBe('fourth');
  expect(another.typed + shell.typed).toBe('');
});

it.for(['javascript:document.title=1', 'data:text/html,x', 'file:///etc/passwd', 'vscode://x'])(
  'T15: makes no link of %s',
  async (address, { page, shell }) => {
    shell.write(`\u001b]8;;${address}\u0007here is a link\u001b]8;;\u0007`);
    await untilScreen(page, 'here is a link');
    await clickAt(page, 0, 4);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(page.context().pages()).toHaveLength(1);
  },
);

it('T15: opens a link only after showing where it really leads', async ({ fixture, page, shell }) => {
  const { url } = fixture;
  shell.write(`\u001b]8;;${url}/muster.svg?real\u0007https://bank.example/\u001b]8;;\u0007`);
  await untilScreen(page, 'https://bank.example/');
  await clickAt(page, 0, 4);
  const dialog = page.getByRole('dialog', { name: 'Open this page?' });
  await dialog.getByText(`${url}/muster.svg?real`).waitFor();
  const anchor = dialog.getByRole('link', { name: 'Open in a new tab' });
  expect(await anchor.getAttribute('rel')).toBe('noopener noreferrer');
  const [opened] = await Promise.all([page.context().waitForEvent('page'), anchor.click()]);
  await opened.waitForLoadState();
  expect(opened.url()).toBe(`${url}/muster.svg?real`);
  expect(await opened.evaluate(() => window.opener === null)).toBe(true);
});

it('T15: makes no elements of what is printed, and runs nothing', async ({ page, shell }) => {
  const { title } = await page.evaluate(() => ({ title: document.title }));
  shell.write('<script>document.title = 1</script><img src=x onerror="document.title = 2">\r\n');
  shell.write(`z${'\u0301'.repeat(10_000)}\r\n\u202edesrever\u202c\r\n`);
  shell.write(new Uint8Array([0xff, 0xfe, 0x00, 0x9b, 0x33, 0x31, 0x6d, 0x0d, 0x0a]));
  shell.write('end of it');
  await untilScreen(page, 'end of it');
  await untilScreen(page, '\ndesrever\n');
  await untilScreen(page, '<script>document.title = 1</script>');
  expect(await panel(page).locator('script, img').count()).toBe(0);
  expect(await page.title()).toBe(title);
});

it('a flood does not stop the page, and an interrupt is typed through it', async ({ page, shell }) => {
  shell.write('y\r\n'.repeat(1_500_000));
  await page.keyboard.press('Control+c');
  await expect.poll(() => shell.typed).toBe('\u0003');
  shell.write('quiet again');
  await untilScreen(page, 'quiet again');
});
