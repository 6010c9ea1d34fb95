import { runCli } from './cli.ts';
import type { Constellation } from './constellation.ts';

/** Makes the CLI know this installation under a name, with the root account's key, so that the next command just works. */
export async function saveContext(constellation: Constellation, name: string): Promise<void> {
  const { url, caFile, root } = constellation;
  const ca = caFile === undefined ? [] : ['--ca', caFile];
  const login = ['login', '--url', url, ...ca, '--secret-id', root.secretId, '--secret-key-stdin'];
  const code = await runCli(constellation, login, { context: name, stdin: root.secretKey });
  if (code !== 0) throw new Error(`the CLI could not log in to ${url}`);
}
