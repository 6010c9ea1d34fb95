import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

/** Everything from elsewhere that runs on machines, most of them as root. Whoever adds to this list has read what it is. */
const PACKAGES = [
  '@bufbuild/protobuf',
  '@connectrpc/connect',
  '@connectrpc/connect-node',
  '@nats-io/jwt',
  '@nats-io/nkeys',
  '@pinojs/redact',
  'atomic-sleep',
  'commander',
  'nats',
  'nkeys.js',
  'on-exit-leak-free',
  'pino',
  'pino-std-serializers',
  'quick-format-unescaped',
  'safe-stable-stringify',
  'sonic-boom',
  'thread-stream',
  'tweetnacl',
  'zod',
];
/** Our own. */
const LIBRARIES = ['bus', 'contract', 'kernel', 'telemetry', 'terminal'];

it.each([
  ['the agent', 'main.ts', PACKAGES, LIBRARIES],
  ['its terminal host', 'terminal/terminal-host.ts', ['@bufbuild/protobuf'], ['contract', 'terminal']],
  ['its file server', 'terminal/files-server.ts', [], ['terminal']],
])('T37: %s is made of these packages and no others', async (_, program, packages, libraries) => {
  const build = await rolldown({ input: join(import.meta.dirname, '..', 'src', program), platform: 'node' });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  const files = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const named = (pattern: RegExp) => [...new Set(files.flatMap((file) => pattern.exec(file)?.[1] ?? []))].sort();
  expect(named(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//)).toEqual(packages);
  expect(named(/\/libs\/([^/]+)\/src\//)).toEqual(libraries);
  // what is not in it is Node's own
  const outside = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.imports : []));
  expect(outside.filter((name) => !name.startsWith('node:'))).toEqual([]);
});
