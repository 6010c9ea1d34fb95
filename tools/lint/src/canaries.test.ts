import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(import.meta.dirname, '..', 'canary');
const eslint = new ESLint({ cwd: root });

/** A canary says on its first two lines where it would lie and which rule must not let it. */
it.each(readdirSync(folder))('%s is refused by the rule it names', async (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const path = /^\/\/ path: (.+)$/m.exec(text)![1]!;
  const rule = /^\/\/ rule: (.+)$/m.exec(text)![1]!;
  const [result] = await eslint.lintText(text, { filePath: join(root, path) });
  expect(result?.messages.map((message) => message.ruleId)).toContain(rule);
});

it('lets an innocent file pass', async () => {
  const [result] = await eslint.lintText('export const fine = 1;\n', {
    filePath: join(root, 'libs/kernel/src/fine.ts'),
  });
  expect(result?.messages).toEqual([]);
});
