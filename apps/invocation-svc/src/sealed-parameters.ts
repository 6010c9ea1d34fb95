import type { Vault } from '@muster/vault';

/** Seals JSON text of parameters, hidden values and all, for the row of the invoker that fires with them. */
export function sealParameters(vault: Vault, invokerId: string, parameters: string): Uint8Array {
  return vault.seal(Buffer.from(parameters), sealedFor(invokerId));
}

/** The JSON text again. Throws when it was sealed for another invoker, or by another key. */
export function openParameters(vault: Vault, invokerId: string, sealed: Uint8Array): string {
  return vault.open(sealed, sealedFor(invokerId)).toString();
}

function sealedFor(invokerId: string): string {
  return `invoker-parameters:${invokerId}`;
}
