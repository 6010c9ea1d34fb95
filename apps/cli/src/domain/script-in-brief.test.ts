import { expect, test } from 'vitest';
import { scriptInBrief } from './script-in-brief.ts';

test.each([
  ['uptime\n', 'uptime'],
  ['', ''],
  ['#!/bin/sh\n# nightly\nset -e\ndf -h\n', 'set -e (4 lines)'],
  ['# only a comment', '# only a comment'],
  [`echo ${'x'.repeat(100)}`, `echo ${'x'.repeat(54)}…`],
])('%j in brief is %j', (script, brief) => {
  expect(scriptInBrief(Buffer.from(script))).toBe(brief);
});
