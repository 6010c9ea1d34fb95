import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Checks the tables of threats and faults against the tests that they name: every number from 1 on has one row; every file in a row is
 * there; every test file in the last column has a title with the row's number; and a title that the table gives is in the file.
 * A row without a test says `none:` and why.
 *
 *     | T1 | what | where (`file`) | `file`: title<br>`file` |
 */
const root = resolve(import.meta.dirname, '..', '..', '..');
const TABLES = [
  { file: 'docs/threat-model.md', letter: 'T', count: 37 },
  { file: 'docs/faults.md', letter: 'F', count: 54 },
] as const;

const faults = TABLES.flatMap(({ file, letter, count }) => {
  // the other one may not be written yet
  if (!existsSync(join(root, file))) return [];
  const rows = rowsOf(readFileSync(join(root, file), 'utf8'), letter);
  const wanted = Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
  return [
    ...wanted.filter((number) => !rows.some((row) => row.number === number)).map((number) => `no row for ${number}`),
    ...rows.flatMap((row) => faultsOf(row).map((fault) => `${row.number}: ${fault}`)),
  ].map((fault) => `${file}: ${fault}`);
});
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

interface Row {
  readonly number: string;
  readonly cells: readonly string[];
}

function rowsOf(text: string, letter: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const [number, ...cells] = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    return number && new RegExp(`^${letter}\\d+$`).test(number) ? [{ number, cells }] : [];
  });
}

function faultsOf({ number, cells }: Row): string[] {
  const missing = cells
    .flatMap((cell) => [...cell.matchAll(/`([\w.-]+(?:\/[\w.-]+)+)`/g)].map(([, file]) => file!))
    .filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) return missing.map((file) => `there is no ${file}`);
  const tests = cells.at(-1) ?? '';
  if (/^none: ./.test(tests)) return [];
  const named = tests.split('<br>').map((entry) => /^`([^`]+\.ts)`(?:: (.+))?$/.exec(entry.trim()));
  if (named.includes(null)) return [`\`${tests}\` is no list of \`file\`: title`];
  return named.flatMap((entry) => {
    const [, file, title] = entry!;
    const text = readFileSync(join(root, file!), 'utf8');
    if (!numbersIn(text).has(number)) return [`${file} has no test whose title begins with it`];
    return title === undefined || text.includes(title) ? [] : [`${file} has no title \`${title}\``];
  });
}

/** The numbers at the beginning of titles: `'T7: …'`, `'T3, T5: …'`, `'T3 to T6 …'`. */
function numbersIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, list] of text.matchAll(/['"`]((?:[TF]\d+(?:, | and | to )?)+)[: ]/g)) {
    for (const number of list!.match(/[TF]\d+/g) ?? []) found.add(number);
    const [, letter, first, last] = /([TF])(\d+) to [TF](\d+)/.exec(list!) ?? [];
    for (let number = Number(first); number < Number(last); number++) found.add(`${letter}${number}`);
  }
  return found;
}
