import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Documented {
  readonly env: string;
  readonly help: string;
  readonly fallback?: string;
}

/** Writes docs/config.md from every config.ts; with `--check` only says whether it would change. */
const root = resolve(import.meta.dirname, '..', '..', '..');
const target = join(root, 'docs', 'config.md');

const apps = readdirSync(join(root, 'apps')).sort();
const sections = await Promise.all(
  apps.map(async (app) => {
    const file = join(root, 'apps', app, 'src', 'config.ts');
    if (!existsSync(file)) return '';
    const { settings } = (await import(file)) as { settings?: Record<string, Documented> };
    if (!settings) return '';
    const rows = Object.values(settings).map(
      ({ env, help, fallback }) =>
        `| \`${env}\` | ${fallback === undefined ? 'required' : fallback === '' ? '' : `\`${fallback}\``} | ${help} |`,
    );
    return `\n## ${app}\n\n| variable | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
  }),
);
const text = `# Settings

Every process reads its settings from environment variables, in one file: \`apps/<name>/src/config.ts\`. This page is generated from
those files (\`npm run docs\`). A wrong or missing setting stops the process at once, with exit code 1 and every fault on a line of its own
on standard error.
${sections.join('')}`;

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('docs/config.md is out of date; run `npm run docs`\n');
  process.exitCode = 1;
}
