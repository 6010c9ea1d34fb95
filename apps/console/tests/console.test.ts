import { AgentStatus, CreatedBy, TaskStatus } from '@muster/contract';
import { describe, expect } from 'vitest';
import { it } from './stage.ts';
import { signIn } from './visitor.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the door', () => {
  it('says why it stays shut, opens with the right password and shuts again', async ({ world, visit }) => {
    const { page } = await visit({ stranger: true });
    await page.goto('/');
    await page.getByLabel('User').fill('root');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('AuthFailure.InvalidCredentials');
    await signIn(page, world.password);
    await page.reload();
    await page.getByRole('cell', { name: 'web-1' }).first().waitFor();
    await page.getByRole('button', { name: 'Account and settings' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Muster' }).waitFor();
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  });

  it('asks for the one-time code and for a new password when they are needed', async ({ world, visit }) => {
    world.mfaCode = '123456';
    world.replacePassword = true;
    const { page } = await visit({ stranger: true });
    await page.goto('/');
    await page.getByLabel('User').fill('root');
    await page.getByLabel('Password', { exact: true }).fill(world.password);
    const button = page.getByRole('button', { name: 'Sign in', exact: true });
    await button.click();
    await page.getByLabel('One-time code').fill('123456');
    await button.click();
    await page.getByLabel('New password').fill('Better-horse-1');
    await button.click();
    await page.getByRole('cell', { name: 'web-1' }).first().waitFor();
  });

  it('lets work go on where it was when the token ends', async ({ world, page }) => {
    await page.clock.install();
    await page.goto('/run?i=ins-web10000');
    await page.locator('.cm-content').fill('echo precious');
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await page.clock.fastForward(world.tokenLife * 1_000);
    await dialog.waitFor();
    // the clocks of the page and of the service are apart now
    world.tokenLife *= 2;
    await dialog.getByLabel('Password', { exact: true }).fill(world.password);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(page.url()).toContain('/run?i=ins-web10000');
    expect(await page.locator('.cm-content').innerText()).toContain('echo precious');
    await page.getByRole('button', { name: 'Run on 1 instance' }).click();
    await page.waitForURL('**/invocations/inv-*');
  });
});

describe('instances', () => {
  it('shows presence in words, filters, and takes the chosen ones to the run page', async ({ page }) => {
    await page.goto('/instances');
    const row = (name: string) => page.getByRole('row', { name });
    await row('db-1').waitFor();
    expect(await row('web-1').innerText()).toMatch(/Online[\s\S]*\d+ s ago/);
    expect(await row('db-1').innerText()).toMatch(/Offline[\s\S]*2 h ago/);
    expect(await page.getByRole('button', { name: 'Run on chosen' }).isDisabled()).toBe(true);
    await page.keyboard.press('/');
    await page.keyboard.type('web online');
    await expect.poll(() => page.getByRole('row').count()).toBe(3);
    expect(page.url()).toContain('q=web+online');
    await page.getByRole('checkbox', { name: 'Choose all shown' }).check();
    await page.getByRole('button', { name: 'Run on 2' }).click();
    await page.getByText('2 chosen').waitFor();
  });

  it('notices a machine that goes away without being asked', async ({ world, page }) => {
    await page.goto('/instances');
    await page.getByRole('row', { name: 'web-1' }).getByText('Online').waitFor();
    world.machines[0]!.agentStatus = AgentStatus.OFFLINE;
    await page.getByRole('row', { name: 'web-1' }).getByText('Offline').waitFor({ timeout: 15_000 });
  });

  it('tells a newcomer what to type', async ({ world, page }) => {
    world.machines.length = 0;
    await page.goto('/instances');
    await page.getByText('muster register-code create').waitFor();
  });

  it('keeps a thousand machines out of the page until they are scrolled to', async ({ world, page }) => {
    for (let index = 0; index < 900; index += 1) world.machine(`node-${index}`);
    await page.goto('/instances');
    await page.getByText('903 registered').waitFor();
    await page.getByRole('row', { name: 'web-1' }).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(120);
    await expect
      .poll(async () => {
        await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
        return page.getByRole('row', { name: 'node-899' }).count();
      })
      .toBe(1);
  });
});

describe('running', () => {
  it('says what is missing until nothing is, then runs exactly what was written', async ({ world, page }) => {
    await page.goto('/instances');
    await page.getByRole('row', { name: 'db-1' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    const button = page.getByRole('button', { name: /^Run( on|$)/ });
    await page.getByText('Choose at least one instance').waitFor();
    expect(await button.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'web-1' }).check();
    await page.getByRole('checkbox', { name: 'db-1' }).check();
    await page.getByText('Write a script').waitFor();
    await page.locator('.cm-content').fill('echo {{word}}');
    await page.getByRole('switch', { name: 'Parameters' }).click();
    await page.getByText('Give the parameter word a value').waitFor();
    await page.getByLabel('word').fill('hello');
    await page.getByText('1 of 2 offline').waitFor();
    await page.getByRole('button', { name: /Options/ }).click();
    await page.getByLabel('Timeout in seconds').fill('0');
    await page.getByText('The timeout is 1 to 86400 seconds').waitFor();
    await page.getByLabel('Timeout in seconds').fill('90');
    await page.getByRole('button', { name: 'Run on 2 instances' }).click();
    await page.waitForURL('**/invocations/inv-*');
    const { invocation, tasks } = world.runs[0]!;
    expect(new TextDecoder().decode(invocation.commandContent)).toBe('echo {{word}}');
    expect(invocation).toMatchObject({ parameters: '{"word":"hello"}', timeout: 90 });
    expect(tasks.map((task) => task.instanceId)).toEqual(['ins-web10000', 'ins-db100000']);
  });

  it('names the action and the resource of a denial', async ({ fixture, page }) => {
    fixture.authorizer.decide = (action) => action !== 'tat:RunCommand';
    await page.goto('/run?i=ins-web10000');
    await page.locator('.cm-content').fill('reboot');
    await page.keyboard.press('Control+Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    const text = await alert.innerText();
    expect(text).toContain('UnauthorizedOperation.CamAuthFailed');
    expect(text).toContain('tat:RunCommand');
    expect(text).toContain('qcs::tat:ap-guangzhou::command/*');
  });

  it('runs again what did not succeed', async ({ world, page }) => {
    const run = world.run({ commandContent: bytes('test -f /flag') }, world.machines);
    run.end(0, TaskStatus.SUCCESS, 0);
    run.end(1, TaskStatus.FAILED, 1);
    run.end(2, TaskStatus.SUCCESS, 0);
    await page.goto(`/invocations/${run.invocation.invocationId}`);
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('menuitem', { name: 'On the 1 that did not succeed' }).click();
    await page.getByRole('button', { name: 'Run on 1 instance' }).click();
    await expect.poll(() => world.runs.length).toBe(2);
    expect(world.runs[0]!.tasks.map((task) => task.instanceName)).toEqual(['web-2']);
    expect(new TextDecoder().decode(world.runs[0]!.invocation.commandContent)).toBe('test -f /flag');
  });
});

describe('history', () => {
  it('lists runs, keeps its page and filter in the address, and leads to a run', async ({ world, page }) => {
    for (let index = 0; index < 25; index += 1) {
      world.run({ commandName: `job-${index}`, commandId: `cmd-0000000${index % 2}` }, world.machines).end(0);
    }
    await page.goto('/instances');
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('job-24').waitFor();
    await page.getByRole('button', { name: '2', exact: true }).click();
    await page.getByText('job-0', { exact: true }).waitFor();
    expect(page.url()).toContain('page=2');
    await page.getByLabel('Filter by id').fill('cmd-00000001');
    await page.getByText('12 runs').waitFor();
    expect(page.url()).toContain('id=cmd-00000001');
    expect(page.url()).not.toContain('page=');
    await page.reload();
    await page.getByText('12 runs').waitFor();
    await page.getByRole('link', { name: 'job-23' }).click();
    await page.getByRole('heading', { name: 'job-23' }).waitFor();
  });
});

describe('commands', () => {
  it('creates, previews, changes, runs and deletes one', async ({ world, page }) => {
    await page.goto('/instances');
    await page.getByRole('link', { name: 'Commands' }).click();
    await page.getByText('The library is empty').waitFor();
    await page.getByRole('link', { name: 'New command' }).click();
    await page.getByLabel('Name', { exact: true }).fill('greet');
    await page.locator('.cm-content').fill('echo {{greeting}} {{who}}');
    await page.getByRole('switch', { name: 'Parameters' }).click();
    await page.getByLabel('Default of greeting').fill('hello');
    await page.getByRole('button', { name: 'Save command' }).click();
    await page.getByRole('heading', { name: 'greet' }).waitFor();

    await page.getByRole('tab', { name: 'Preview' }).click();
    await page.getByText('Without a value: who').waitFor();
    await page.getByLabel('who').fill('world');
    await page.getByRole('region', { name: 'Preview' }).getByText('echo hello world').waitFor();

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.locator('.cm-content').fill('echo {{greeting}}, {{who}}!');
    await page.getByRole('button', { name: 'Save version 2' }).click();
    await page.getByText('echo {{greeting}}, {{who}}!').waitFor();
    await page.getByRole('combobox', { name: 'Version' }).click();
    await page.getByRole('option', { name: /^Version 1/ }).click();
    await page.getByText('echo {{greeting}} {{who}}', { exact: true }).waitFor();
    await page.getByText('Not the latest').waitFor();

    await page.getByRole('link', { name: 'Run', exact: true }).last().click();
    await page.getByRole('checkbox', { name: 'web-1' }).check();
    await page.getByLabel('who').fill('all');
    await page.getByRole('button', { name: 'Run on 1 instance' }).click();
    await page.waitForURL('**/invocations/inv-*');
    expect(world.runs[0]!.invocation).toMatchObject({ commandVersion: 2, parameters: '{"who":"all"}' });

    await page.getByRole('link', { name: 'version 2' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The library is empty').waitFor();
    expect(world.commands.size).toBe(0);
  });
});

describe('the public library', () => {
  it('is marked, can be found and run, and offers nothing that would change it', async ({ world, page }) => {
    world.command({ commandName: 'own-report', content: bytes('uptime') });
    const { commandId } = world.command({
      commandName: 'disk-report',
      description: 'How full the file systems are',
      content: bytes('df -h'),
      createdBy: CreatedBy.TAT,
    });
    await page.goto('/instances');
    await page.getByRole('link', { name: 'Commands' }).click();
    await page.getByText('1 saved, 1 public').waitFor();
    const row = (name: string) => page.getByRole('row', { name });
    await row('disk-report').getByText('Public library').waitFor();
    expect(await row('own-report').getByText('Public library').count()).toBe(0);
    await page.getByLabel('Filter commands').fill('public report');
    await row('own-report').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'disk-report', exact: true }).click();
    await page.getByRole('heading', { name: 'disk-report' }).waitFor();
    await page.getByText('Public library').waitFor();
    await page.locator('main').getByRole('link', { name: 'Run', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
    await page.goto(`/commands/${commandId}/edit`);
    await page.waitForURL(`**/commands/${commandId}`);
  });
});

it('fits a telephone', async ({ world, visit }) => {
  world.run({ commandName: 'a-command-with-a-name-that-is-rather-long-for-a-telephone' }, world.machines);
  world.command({ commandName: 'report-of-a-rather-long-name', createdBy: CreatedBy.TAT });
  const narrow = await visit({ width: 390, height: 844, dark: true });
  for (const path of [
    '/instances',
    '/run?i=ins-web10000',
    '/invocations',
    '/invocations/inv-00000001',
    '/commands',
    '/commands/new',
  ]) {
    await narrow.page.goto(path);
    await narrow.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await narrow.page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
  await narrow.page.goto('/commands');
  await narrow.page.getByRole('link', { name: 'report-of-a-rather-long-name', exact: true }).click();
  await narrow.page.getByRole('heading', { name: 'report-of-a-rather-long-name' }).waitFor();
});
