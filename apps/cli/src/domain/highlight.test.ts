import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';

const paint = (found: string) => `<${found}>`;

test.each([
  ['every place', 'an error, an error', 'error', false, 'an <error>, an <error>'],
  ['another case only when it may', 'Error error', 'error', false, 'Error <error>'],
  ['both cases when it may, as they were written', 'Error ERROR', 'error', true, '<Error> <ERROR>'],
  ['nothing where nothing is', 'fine', 'error', false, 'fine'],
])('paints %s', (_, line, text, ignoreCase, painted) => {
  expect(highlight(line, { text, ignoreCase }, paint)).toBe(painted);
});
