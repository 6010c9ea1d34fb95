import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { apiPage } from './api-page.ts';

/** Writes docs/api.md from the comments of proto/; with `--check` only says whether it would change. */
const root = resolve(import.meta.dirname, '..', '..', '..');
const target = join(root, 'docs', 'api.md');
// generated code has no comments; a build of the sources has
const image = execFileSync('buf', ['build', '-o', '-'], { cwd: root, maxBuffer: 1 << 28 });
const text = apiPage(createFileRegistry(fromBinary(FileDescriptorSetSchema, image)));

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('docs/api.md is out of date; run `npm run docs`\n');
  process.exitCode = 1;
}
