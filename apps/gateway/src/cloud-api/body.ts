import { Refusal } from '@muster/kernel';
import { MAX_TARGET_BYTES, type Request } from '../one-port.ts';
import type { BodyMemory } from './body-memory.ts';
import type { ApiHead } from './http-request.ts';

/** Most bytes of a body: TC3 takes what the services take at most, version 1 what the cloud takes. */
const MAX_BODY_BYTES = { tc3: 4 << 20, v1: 1 << 20 } as const;

/**
 * Reads the body of a request, to its end or to where it becomes too large: what follows stays unread. A GET has its parameters in its target.
 * Refusals: RequestSizeLimitExceeded; InvalidRequest for a packed body; those of `memory`.
 */
export async function readBody(
  request: Request,
  { method, header }: ApiHead,
  limits: { readonly signed: 'tc3' | 'v1'; readonly memory: BodyMemory },
): Promise<Buffer> {
  if (method === 'GET') {
    request.resume();
    if (request.url!.length <= MAX_TARGET_BYTES) return Buffer.alloc(0);
    throw tooLarge('the target of a GET', MAX_TARGET_BYTES);
  }
  const most = MAX_BODY_BYTES[limits.signed];
  const what = limits.signed === 'v1' ? 'a body that is signed with version 1' : 'a body';
  if (Number(header('content-length') ?? 0) > most) throw tooLarge(what, most);
  if ((header('content-encoding') ?? 'identity') !== 'identity') {
    throw new Refusal('invalid', 'InvalidRequest', 'the body must not be packed: `Content-Encoding` is not supported');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // ending the loop early must leave the connection open for the answer
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(what, most);
    limits.memory.hold(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(what: string, most: number): Refusal {
  return new Refusal('invalid', 'RequestSizeLimitExceeded', `${what} may have ${most} bytes, this one has more`);
}
