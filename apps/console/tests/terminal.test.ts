import { EndReason, SessionState } from '@muster/contract';
import { describe, expect } from 'vitest';
import { openShell, panel, paste, screenText, untilScreen } from './at-terminal.ts';
import { it } from './stage.ts';

describe('a terminal', () => {
  it('types and draws what the shell of the wanted user does, and says how it ended', async ({
    fixture,
    world,
    page,
  }) => {
    const shell = await openShell({ page, world }, { user: 'deploy', reason: 'disk is full' });
    expect(shell.session).toMatchObject({ username: 'deploy', reason: 'disk is full', instanceId: 'ins-web10000' });
    expect(page.url()).toBe(`${fixture.url}/terminal`);
    shell.write('\u001b[32mweb-1\u001b[0m$ ');
    await untilScreen(page, 'web-1$');
    await page.keyboard.type('echo schön');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Control+c');
    await expect.poll(() => shell.typed).toBe('echo schön\r\u001b[A\u0003');
    const sizes = shell.sizes.length;
    await page.setViewportSize({ width: 1_000, height: 600 });
    await expect.poll(() => shell.sizes.length).toBeGreaterThan(sizes);
    shell.end(EndReason.EXITED, 3);
    await panel(page).getByText('The shell ended with exit code 3.').waitFor();
    await panel(page).getByRole('link', { name: 'Recording' }).waitFor();
  });

  it('is not loaded by pages that have none', async ({ page }) => {
    await page.goto('/run');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const loaded = () =>
      page.evaluate(
        () => performance.getEntriesByType('resource').filter(({ name }) => /screen|terminal/.test(name)).length,
      );
    expect(await loaded()).toBe(0);
    await page.getByRole('link', { name: 'Terminal' }).click();
    await page.getByText('Choose an instance').waitFor();
    expect(await loaded()).toBeGreaterThan(0);
  });

  it('names the action of a denial, and what hinders a machine', async ({ fixture, world, page }) => {
    fixture.authorizer.decide = (action) => action !== 'tat:StartSession';
    await page.goto('/terminal?i=ins-web10000');
    await page.getByRole('button', { name: 'Open terminal' }).click();
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('tat:StartSession');
    await page.getByRole('treeitem', { name: 'db-1' }).click();
    await page.getByText('The machine is offline').waitFor();
    expect(await page.getByRole('button', { name: 'Open terminal' }).isDisabled()).toBe(true);
    world.machines[1]!.supportFeatures = [];
    await page.goto('/instances');
    await page.getByRole('link', { name: 'Terminal on web-2' }).click();
    await page.getByText('Its agent opens no terminals').waitFor();
  });

  it.for([
    [false, true, 'Recorded with input'],
    [true, true, 'Recorded'],
    [true, false, 'Not recorded'],
  ] as const)('says what is recorded', async ([plain, output, word], { world, page }) => {
    const { shells } = world;
    const made = shells.shell.bind(shells);
    shells.shell = (session) => Object.assign(made(session), { recordsOutput: output, recordsInput: !plain });
    const shell = await openShell({ page, world });
    shells.shell = made;
    await panel(page).getByText(word, { exact: true }).waitFor();
    shell.session.watcherUins.push('100000000077');
    await panel(page).getByText('100000000077 watches').waitFor();
  });

  it('finds text that has scrolled away', async ({ page, shell }) => {
    for (let line = 0; line < 200; line += 1) shell.write(`line ${line}${line % 100 === 7 ? ' Needle' : ''}\r\n`);
    await untilScreen(page, 'line 199');
    await page.keyboard.press('Control+Shift+F');
    await page.keyboard.type('needle');
    await page.getByText('1 of 2').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('2 of 2').waitFor();
    await untilScreen(page, 'line 107 Needle');
    await page.getByRole('button', { name: 'Match capitals' }).click();
    await page.getByText('none', { exact: true }).waitFor();
    await page.getByLabel('Search for').press('Escape');
    await page.keyboard.type('x');
    await expect.poll(() => shell.typed).toBe('x');
  });

  it('looks as it was chosen to, for the next one as well', async ({ world, page }) => {
    await openShell({ page, world });
    const ground = () =>
      panel(page)
        .locator('.terminal-screen')
        .evaluate((each) => getComputedStyle(each).backgroundColor);
    expect(await ground()).toBe('rgb(251, 252, 252)');
    await page.getByRole('button', { name: 'Look of the terminals' }).click();
    await page.getByText('Contrast', { exact: true }).click();
    await page.getByRole('button', { name: 'Larger' }).click();
    await page.getByText('15 px').waitFor();
    expect(await ground()).toBe('rgb(0, 0, 0)');
    await page.keyboard.press('Escape');
    await page.reload();
    await panel(page).locator('.xterm-rows').waitFor();
    expect(await ground()).toBe('rgb(0, 0, 0)');
  });
});

describe('a paste', () => {
  it('of one line goes through, of more is shown and asked about', async ({ page, shell }) => {
    await paste(page, 'ls -la');
    await expect.poll(() => shell.typed).toBe('ls -la');
    await paste(page, 'cd /\nrm -rf *\n');
    const dialog = page.getByRole('dialog', { name: 'Paste into root@web-1?' });
    await dialog.getByText('rm -rf *').waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await paste(page, 'cd /\nls\n');
    await dialog.getByRole('button', { name: 'Paste 2 lines' }).click();
    await expect.poll(() => shell.typed).toBe('ls -lacd /\rls\r');
  });

  it('cannot leave the brackets that a program asked for', async ({ page, shell }) => {
    shell.write('\u001b[?2004h$ ');
    await untilScreen(page, '$');
    await paste(page, 'echo \u001b[201~\nreboot\n');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('␛').waitFor();
    await dialog.getByRole('button', { name: 'Paste 2 lines' }).click();
    await expect.poll(() => shell.typed).toBe('\u001b[200~echo [201~\rreboot\r\u001b[201~');
  });
});

describe('a session', () => {
  it('goes on where it was when the connection breaks, and what was typed meanwhile arrives once', async ({
    world,
    page,
    shell,
  }) => {
    shell.write('before ');
    await untilScreen(page, 'before');
    world.shells.door = 'shut';
    shell.drop();
    const bar = panel(page).getByText(/The connection was lost\. Trying again in \d+ s/);
    await bar.waitFor();
    await panel(page).locator('.xterm-screen').click();
    await page.keyboard.type('typed');
    shell.write('and after');
    world.shells.door = 'open';
    const retry = panel(page).getByRole('button', { name: 'Retry now' });
    // it may be back by itself before the button is pressed
    await retry.click({ timeout: 3_000 }).catch(() => undefined);
    await bar.waitFor({ state: 'detached' });
    await untilScreen(page, 'before and after');
    await expect.poll(() => shell.typed).toBe('typed');
  });

  it('stays open while other pages are shown, and says so', async ({ page, shell }) => {
    await page.getByRole('link', { name: 'Instances', exact: true }).click();
    await page.getByRole('heading', { name: 'Instances' }).waitFor();
    await page.getByLabel('1 shell is open').first().waitFor();
    shell.write('printed meanwhile');
    await page
      .getByRole('navigation', { name: 'Rooms' })
      .getByRole('link', { name: /^Terminal/ })
      .click();
    await untilScreen(page, 'printed meanwhile');
    expect(shell.clients).toBe(1);
  });

  it('asks before the page is left, and comes back when it is loaded anew', async ({ visitor, shell }) => {
    const { page, departures } = visitor;
    shell.write('still here');
    await untilScreen(page, 'still here');
    await page.keyboard.type('x');
    await page.reload();
    expect(departures).toHaveLength(1);
    await untilScreen(page, 'still here');
    expect(shell.session.sessionState).toBe(SessionState.CONNECTED);
    await page.getByRole('button', { name: 'Close web-1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the shell' }).click();
    await expect.poll(() => shell.session.endReason).toBe(EndReason.CLOSED);
    await page.reload();
    await page.getByText('Choose an instance').waitFor();
    expect(departures).toHaveLength(1);
  });

  it('ends with the sign-in, which asks', async ({ page, shell }) => {
    await page.getByRole('button', { name: 'Account and settings' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Muster' }).waitFor();
    await expect.poll(() => shell.session.endReason).toBe(EndReason.CLOSED);
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  });

  it('can be watched, taken over and taken back', async ({ visit, page, shell }) => {
    shell.write('at work');
    const other = await visit({ width: 900, height: 500 });
    await other.page.goto('/terminal?i=ins-web10000');
    await other.page.getByRole('button', { name: 'Watch' }).click();
    await untilScreen(other.page, 'at work');
    await other.page.keyboard.type('nothing');
    await page.keyboard.type('from the first');
    await expect.poll(() => shell.typed).toBe('from the first');
    const size = shell.sizes.at(-1);

    await other.page.getByRole('button', { name: 'Take over' }).click();
    await panel(page).getByText('Somebody else has taken over; you are watching.').waitFor();
    await other.page.keyboard.type(', the second');
    await expect.poll(() => shell.typed).toBe('from the first, the second');
    await expect.poll(() => shell.sizes.at(-1)).not.toBe(size);
    await page.keyboard.type('lost');

    await panel(page).getByRole('button', { name: 'Take it back' }).click();
    await panel(other.page).getByText('Somebody else has taken over').waitFor();
    await panel(page).locator('.xterm-screen').click();
    await page.keyboard.type(' and the first');
    await expect.poll(() => shell.typed).toBe('from the first, the second and the first');
  });

  it.for([
    [EndReason.REVOKED, 'it is not allowed any more'],
    [EndReason.IDLE, 'nothing was typed or printed for too long'],
    [EndReason.MACHINE_LOST, 'the machine or its agent was lost'],
    [EndReason.TERMINATED, 'was ended by somebody else'],
  ] as const)('says in words why it ended (%i)', async ([reason, words], { page, shell }) => {
    shell.write('last words');
    await untilScreen(page, 'last words');
    shell.end(reason);
    await panel(page).getByText(words).waitFor();
    expect(await screenText(panel(page))).toContain('last words');
  });
});

describe('the tree of instances', () => {
  it('holds ten thousand, of which the page has a few, and is used with the keyboard alone', async ({
    world,
    page,
  }) => {
    for (let index = 0; index < 9_997; index += 1) world.machine(`node-${String(index).padStart(4, '0')}`);
    await page.goto('/terminal');
    await page.getByPlaceholder('Search 10000 instances').waitFor();
    expect(await page.getByRole('treeitem').count()).toBeLessThan(60);
    await page.keyboard.press('/');
    await page.keyboard.type('node-9990');
    await expect.poll(() => page.getByRole('treeitem').count()).toBe(2);
    await page.getByRole('tree').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'node-9990' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => world.shells.all[0]?.clients).toBe(1);
    await page.keyboard.type('ls');
    await expect.poll(() => world.shells.all[0]!.typed).toBe('ls');
    await page.keyboard.press('Control+Shift+L');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab');
  });

  it('groups by what machines are tagged with', async ({ world, page }) => {
    const [web] = world.machines;
    web!.tags.push({ $typeName: 'muster.common.v1.Tag', key: 'role', value: 'front' });
    await page.goto('/terminal');
    await page.getByRole('combobox', { name: 'Group by' }).click();
    await page.getByRole('option', { name: 'By tag role' }).click();
    await page.getByRole('treeitem', { name: 'front' }).click();
    expect(await page.getByRole('treeitem', { name: 'web-1' }).count()).toBe(0);
    await page.getByRole('treeitem', { name: 'Without this tag' }).waitFor();
  });
});

it('fits a telephone, with the keys that those lack', async ({ world, visit }) => {
  const narrow = await visit({ width: 390, height: 844, dark: true });
  const { page } = narrow;
  await page.goto('/terminal');
  await page.getByRole('button', { name: 'Show the instances' }).click();
  await page.getByRole('treeitem', { name: 'web-1' }).click();
  await page.getByRole('button', { name: 'Open terminal' }).click();
  await expect.poll(() => world.shells.all[0]?.clients).toBe(1);
  const shell = world.shells.all[0]!;
  const key = (name: string) => page.getByRole('toolbar', { name: 'Keys' }).getByRole('button', { name, exact: true });
  await key('Escape').click();
  await key('Tab').click();
  await key('Up').click();
  await key('Control').click();
  await page.keyboard.type('c');
  await page.keyboard.type('c');
  await expect.poll(() => shell.typed).toBe('\u001b\t\u001b[A\u0003c');
  shell.write('\u001b[?1h');
  await key('|').click();
  await expect.poll(() => shell.typed).toContain('|');
  await key('Left').click();
  await expect.poll(() => shell.typed).toContain('\u001bOD');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
