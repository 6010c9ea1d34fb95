import type { DescMethodUnary, Message } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { FORWARDED_FOR, FORWARDER_TOKEN, type ServiceIdentity } from '@muster/rpc';
import type { Turnstile } from './turnstile.ts';

/** A service behind the gateway. */
export interface UpstreamService {
  readonly transport: Transport;
  /** Vouches for the address that callers are said to have. */
  readonly identity: ServiceIdentity;
  /** The most that a call may take, in milliseconds; a caller's own deadline may be shorter. */
  readonly callMs: number;
  /** How many calls go through to the service at the same time. */
  readonly calls: Turnstile;
}

/** On whose behalf a call is made. */
export interface OnBehalf {
  /** The `authorization` header; null when the caller sent none. */
  readonly authorization: string | null;
  readonly requestId: string;
  /** The address at the other end of the caller's socket. */
  readonly peerAddress: string;
  readonly signal: AbortSignal;
  /** The caller's own deadline. */
  readonly timeoutMs?: number | undefined;
}

/** The headers of a call to a service: only these pass; whatever else a caller sends, `x-muster-*` above all, ends at the gateway. */
export async function upstreamHeaders(
  { authorization, requestId, peerAddress }: Pick<OnBehalf, 'authorization' | 'requestId' | 'peerAddress'>,
  identity: ServiceIdentity,
): Promise<Headers> {
  const header = new Headers({
    'x-request-id': requestId,
    [FORWARDED_FOR]: peerAddress,
    [FORWARDER_TOKEN]: await identity.token(),
  });
  if (authorization !== null) header.set('authorization', authorization);
  return header;
}

/** Asks the service for one answer. Throws what its transport throws, or the turnstile's refusal. */
export async function askUpstream(
  { transport, identity, callMs, calls }: UpstreamService,
  method: DescMethodUnary,
  request: Message,
  caller: OnBehalf,
): Promise<Message> {
  const header = await upstreamHeaders(caller, identity);
  using _place = calls.enter();
  const timeoutMs = Math.min(caller.timeoutMs ?? callMs, callMs);
  const answer = await transport.unary(method, caller.signal, timeoutMs, header, request);
  return answer.message;
}
