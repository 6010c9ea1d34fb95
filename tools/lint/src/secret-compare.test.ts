import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** Something secret, or what proves one, beside an operator that stops at the first difference; nothing, and literals, are no secrets. */
const COMPARED =
  /\b\w*(?:[sS]ignature|[sS]ecret(?:Key)?|[hH]mac|[dD]igest|[pP]assword(?:Hash)?|[tT]oken|[cC]odeValue|[oO]tp|[sS]eed)\s*[!=]==(?!\s*(?:undefined|null|true|false|'[^']*'|\d))/;

/** Where the two sides come from the same hand, so that their difference is nobody's secret. */
const HARMLESS = [
  // both given by the caller
  'if (password !== old)',
  // both stored: was it changed meanwhile?
  'same.passwordHash !== user.passwordHash',
  // both the CLI's own: is it another one than before?
  'if (now.token === current)',
  // a bracket of JSON
  'token === closers.at(-1)',
];

it('T25: no secret is compared by an operator that takes the longer the more of it is right', () => {
  const found = globSync('{apps,libs}/*/src/**/*.ts', { cwd: root })
    .filter((file) => !/\.test\.ts$|_pb\.ts$/.test(file))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => COMPARED.test(line) && !HARMLESS.some((each) => line.includes(each)))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});

it.each(['if (signature === expected)', 'return given.secretKey !== known', "ok = token === hash('x')"])(
  'finds %s',
  (line) => {
    expect(line).toMatch(COMPARED);
  },
);
