import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { promisify } from 'node:util';

/** A machine that is to join. */
export interface NewMachine {
  readonly name: string;
  readonly dataDir: string;
  readonly url: string;
  /** The authority of the gateway's certificate, when it has one of its own. */
  readonly caFile?: string | undefined;
  readonly code: { readonly id: string; readonly value: string };
  /** The agent's program. */
  readonly agent: string;
}

/** Registers a machine as its owner would: with the agent's own command and a real register code. */
export async function registerAgent({ name, dataDir, url, caFile, code, agent }: NewMachine): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const args = ['register', '--server', url, ...(caFile === undefined ? [] : ['--ca', caFile])];
  args.push('--code-id', code.id, '--code-value', code.value, '--host-name', name, '--data-dir', dataDir);
  await promisify(execFile)(process.execPath, [agent, ...args], { env: { PATH: process.env.PATH } });
}
