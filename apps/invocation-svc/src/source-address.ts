import type { HandlerContext } from '@connectrpc/connect';
import { PrincipalType } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { MachineContext } from './machine-context.ts';

/**
 * Where a call of a public method comes from: the peer, or behind the gateway the address that the gateway names.
 * Anybody can send the header, so it counts only beside the gateway's own token. Refusal: ServiceUnavailable.
 */
export async function sourceAddress(
  context: HandlerContext,
  { authorizer }: Pick<MachineContext, 'authorizer'>,
): Promise<string> {
  const { peerAddress } = callOf(context);
  const forwardedFor = context.requestHeader.get('x-muster-forwarded-for');
  const credential = context.requestHeader.get('x-muster-forwarder-token');
  if (!forwardedFor || !credential) return peerAddress;
  try {
    const principal = await authorizer.authenticate({ credential, peerAddress });
    return principal.type === PrincipalType.SERVICE && principal.name === 'gateway' ? forwardedFor : peerAddress;
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'unauthenticated') return peerAddress;
    throw error;
  }
}
