import { expect, it } from 'vitest';
import { outsideLink } from './outside-link.ts';

it.each([
  ['https://example.com/a?b#c', 'example.com'],
  ['http://10.0.0.1:8080', '10.0.0.1:8080'],
])('leads to %s', (text, host) => {
  expect(outsideLink(text)).toMatchObject({ host, warning: '' });
});

it.each([
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'file:///etc/passwd',
  'vscode://x',
  '//host/path',
  '/run',
  'https://',
  `https://example.com/${'a'.repeat(3_000)}`,
])('leads nowhere from %s', (text) => {
  expect(outsideLink(text)).toBeUndefined();
});

it('warns of what passes for another host', () => {
  expect(outsideLink('https://bank.example@evil.example/')?.warning).toContain('another host');
  expect(outsideLink('https://аpple.example/')).toMatchObject({
    host: 'xn--pple-43d.example',
    warning: 'The host has letters of another alphabet.',
  });
});
