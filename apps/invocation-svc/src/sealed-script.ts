import type { Vault } from '@muster/vault';
import type { Script } from './domain/invocation.ts';

/** Seals what machines run for the row of its run. */
export function sealScript(
  vault: Vault,
  invocationId: string,
  { content, environment, hiddenValues }: Script,
): Uint8Array {
  return vault.seal(Buffer.from(JSON.stringify({ content, environment, hiddenValues })), sealedFor(invocationId));
}

/** What machines run again. Throws when it was sealed for another run, or by another key. */
export function openScript(vault: Vault, invocationId: string, sealed: Uint8Array): Script {
  return JSON.parse(vault.open(sealed, sealedFor(invocationId)).toString()) as Script;
}

function sealedFor(invocationId: string): string {
  return `run-script:${invocationId}`;
}
