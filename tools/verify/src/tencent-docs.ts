import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compatPage } from './tencent/compat-page.ts';
import { PRODUCTS } from './tencent/products.ts';
import { SDK_VERSION } from './tencent/sdk-types.ts';

/** Writes docs/tencent-compat.md from its template, proto/ and the SDK's declarations; with `--check` only says whether it would change. */
const root = resolve(import.meta.dirname, '..', '..', '..');
const target = join(root, 'docs', 'tencent-compat.md');
const template = readFileSync(join(import.meta.dirname, 'tencent', 'tencent-compat.template.md'), 'utf8');
const text = compatPage(template, PRODUCTS, SDK_VERSION);

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('docs/tencent-compat.md is out of date; run `npm run docs`\n');
  process.exitCode = 1;
}
