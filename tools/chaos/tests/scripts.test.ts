import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { Random } from '../src/random.ts';
import { blobOf, drawScript, expectedOutput, isEndless, type Script, scriptText } from '../src/scripts.ts';

const random = new Random(5);
const drawn = new Map(Array.from({ length: 400 }, () => drawScript(random)).map((script) => [script.kind, script]));
const ending = [...drawn.values()].filter((script) => !isEndless(script) && script.kind !== 'background');

it.each(ending.map((script): [string, Script] => [script.kind, script]))(
  'a %s script writes what is expected of it, and both lines of its ledger',
  (_, script) => {
    using folder = tempDirectory();
    const outside = { ledger: join(folder.path, 'ledger'), blob: join(folder.path, 'blob') };
    const blob = blobOf(3);
    writeFileSync(outside.blob, blob);
    const { stdout, stderr, status } = spawnSync('bash', ['-c', scriptText(script, outside)], {
      env: { ...process.env, MUSTER_TASK_ID: 'invt-7' },
    });
    const expected = expectedOutput(script, 'invt-7', blob);
    expect(status).toBe(script.exitCode);
    expect(stdout.equals(expected.stdout)).toBe(true);
    expect(stderr.equals(expected.stderr)).toBe(true);
    expect(readFileSync(outside.ledger, 'utf8')).toBe(`start invt-7\nend invt-7 ${script.exitCode}\n`);
  },
);

it('some write more than is kept, and no UTF-8', () => {
  expect(drawn.get('flood')!.stdout.count * 4_096).toBeGreaterThan(131_072);
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(blobOf(3))).toThrow();
});
