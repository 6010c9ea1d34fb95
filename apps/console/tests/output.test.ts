import { readFile } from 'node:fs/promises';
import { create } from '@bufbuild/protobuf';
import { LateResultSchema, TaskStatus } from '@muster/contract';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { it } from './stage.ts';

const log = (page: Page) => page.getByRole('log');
const chooseMachine = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Instances of this run' }).getByRole('button', { name }).click();

it('shows every line as it comes, with its machine, and what became of each', async ({ page, run }) => {
  run.write(0, 'step 1\n');
  await log(page).getByText('step 1').waitFor();
  run.write(1, 'careful\n', 'stderr');
  await log(page).getByText('careful').waitFor();
  expect(await log(page).innerText()).toMatch(/web-1\s+step 1\s+web-2\s+err\s+careful/);
  run.end(0, TaskStatus.SUCCESS, 0);
  run.end(1, TaskStatus.FAILED, 3);
  await page.getByRole('button', { name: '1 failed', exact: true }).click();
  await expect.poll(() => log(page).innerText()).not.toContain('step 1');
  expect(page.url()).toContain('state=failed');
  await page.getByRole('button', { name: 'web-2' }).click();
  await page.getByText('exit 3 ·').waitFor();
  run.end(2, TaskStatus.START_FAILED, undefined, 'user `deploy` does not exist');
  await page.getByText('Partly failed').waitFor();
  await page.getByRole('button', { name: '2 failed', exact: true }).click();
  await chooseMachine(page, 'db-1');
  await page.getByText('user `deploy` does not exist').waitFor();
});

it('shows what a machine told of the end after its task was given up', async ({ page, run }) => {
  run.end(0, TaskStatus.TASK_TIMEOUT, -1, 'nothing was heard of it');
  run.tasks[0]!.lateResult = create(LateResultSchema, { taskStatus: TaskStatus.SUCCESS, exitCode: 0 });
  run.set(0, TaskStatus.TASK_TIMEOUT);
  await chooseMachine(page, 'web-1');
  await page.getByText('nothing was heard of it').waitFor();
  await page.getByText('The machine told its end too late: Succeeded, exit 0.').waitFor();
});

it('goes on without a gap and without a repeat after the stream was dropped', async ({ page, run }) => {
  run.write(0, 'before é');
  await log(page).getByText('before é').waitFor();
  run.drop();
  run.write(0, '…and after\nnext\n');
  await log(page).getByText('before é…and after', { exact: true }).waitFor();
  await log(page).getByText('next', { exact: true }).waitFor();
  run.drop();
  run.write(0, 'last\n');
  await log(page).getByText('last').waitFor();
  await chooseMachine(page, 'web-1');
  await expect.poll(() => log(page).innerText()).toMatch(/^1\s+before é…and after\s+2\s+next\s+3\s+last$/);
});

it('T15: shows hostile output and obeys none of it', async ({ page, run }) => {
  const lines = [
    '<script>document.title = "owned"</script>',
    '<img src=x onerror="document.title = \'owned\'">',
    '\u001b]0;owned\u0007title',
    '\u001b]52;c;b3duZWQ=\u0007clipboard',
    '\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007',
    '\u001b[21t\u001bP$qm\u001b\\\u001b[creports',
    '<svg onload="document.title = \'owned\'"></svg><a href="javascript:document.title = 1">a</a>',
    '\u001b[31mred\u001b[0m',
    'back\u202edrow',
    `z${'\u0301'.repeat(10_000)}`,
  ];
  const title = await page.title();
  run.write(0, `${lines.join('\n')}\n`);
  run.write(0, new Uint8Array([0xff, 0xfe, 0x00, 0x9b, 0x0a]), 'stderr');
  await log(page).getByText('red', { exact: true }).waitFor();
  const shown = await log(page).innerText();
  expect(shown).toContain(lines[0]);
  expect(shown).toContain(lines[1]);
  expect(shown).toContain('␛]0;owned␇title');
  expect(shown).toContain('back‹U+202E›drow');
  for (const character of ['\u001b', '\u0007', '\u202e', '\u009b']) expect(shown).not.toContain(character);
  // eight for every thousand
  expect(shown.match(/\u0301/g)!.length).toBeLessThan(100);
  expect(await log(page).locator('script, img, a, svg').count()).toBe(0);
  expect(await page.title()).toBe(title);
});

it('T15: would run no script even if one got into the page', async ({ visitor, page, run: _ }) => {
  const title = await page.title();
  const answer = await page.request.get(page.url());
  const policy = answer.headers()['content-security-policy'] ?? '';
  const scripts = policy.split('; ').filter((part) => /^(default|script)-src /.test(part));
  expect(scripts).toEqual(["default-src 'self'"]);
  const refused = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
    const script = document.createElement('script');
    script.textContent = 'document.title = "owned"';
    const image = document.createElement('div');
    image.innerHTML = '<img src="x:" onerror="document.title = \'owned\'">';
    const elsewhere = document.createElement('script');
    elsewhere.src = 'https://evil.example/x.js';
    document.body.append(script, image, elsewhere);
    while (violations.filter((directive) => directive.startsWith('script-src')).length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const each of [script, image, elsewhere]) each.remove();
    return violations;
  });
  expect(new Set(refused.filter((directive) => directive.startsWith('script-src')))).toEqual(
    new Set(['script-src-elem', 'script-src-attr']),
  );
  // the browser says so as well, which is a fault anywhere else
  const said = visitor.complaints.splice(0);
  expect(said.every((complaint) => complaint.includes('Content Security Policy'))).toBe(true);
  expect(await page.title()).toBe(title);
});

it('stays quick with a line of 100 kB and with fifty thousand lines', async ({ page, run }) => {
  run.write(0, `${'x'.repeat(100_000)}\n`);
  run.write(0, 'after the long one\n');
  await log(page).getByText('after the long one').waitFor();
  run.write(1, Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(''));
  run.write(1, 'the end\n');
  await log(page).getByText('the end').waitFor();
  expect(await log(page).locator('[data-index]').count()).toBeLessThan(200);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440);
});

it('follows the end until the reader scrolls up, and says what came meanwhile', async ({ page, run }) => {
  run.write(0, Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join(''));
  await log(page).getByText('line 499').waitFor();
  await log(page).hover();
  await page.mouse.wheel(0, -2_000);
  await page.getByRole('button', { name: 'Follow' }).waitFor();
  run.write(0, 'news 1\nnews 2\n');
  await page.getByRole('button', { name: '2 new lines' }).waitFor();
  expect(await log(page).getByText('news 2').count()).toBe(0);
  await page.getByRole('button', { name: '2 new lines' }).click();
  await log(page).getByText('news 2').waitFor();
});

it('cancels after asking once', async ({ page, run }) => {
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  expect(run.ended).toBe(false);
  await page.getByRole('button', { name: 'Cancel the run' }).click();
  await page.getByRole('button', { name: '3 cancelled' }).waitFor();
  expect(await page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
});

it('saves the bytes as the script wrote them', async ({ page, run }) => {
  const raw = new Uint8Array([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x00, 0x0d, 0x0a]);
  run.write(0, raw);
  run.write(0, 'and more');
  run.end(0, TaskStatus.SUCCESS, 0);
  await chooseMachine(page, 'web-1');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download stdout' }).click();
  const saved = await readFile(await (await saving).path());
  expect([...saved]).toEqual([...raw, ...new TextEncoder().encode('and more')]);
});
