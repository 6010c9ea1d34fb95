import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { CallOptions, Client } from '@connectrpc/connect';
import { backoff } from './domain/backoff.ts';
import { refusalIn } from './failure.ts';

/** How often a write without an answer is sent. */
const ATTEMPTS = 3;

type Call = (request: { clientToken?: string }, options?: CallOptions) => Promise<unknown>;

/**
 * A client whose writes carry a client token, one made for the call unless the caller gave one, and are sent again when nobody answered:
 * the token makes sure that what was done before the answer got lost is not done twice. What was refused stays refused.
 */
export function persistent<S extends DescService>(service: S, client: Client<S>): Client<S> {
  const calls = client as unknown as Record<string, Call>;
  const writes = service.methods.filter(takesToken).map(({ localName }) => {
    const call = calls[localName]!;
    const write: Call = (request, options) => {
      const tokened = { ...request, clientToken: request.clientToken || randomUUID() };
      return persistently(() => call(tokened, options));
    };
    return [localName, write] as const;
  });
  return { ...calls, ...Object.fromEntries(writes) } as unknown as Client<S>;
}

function takesToken({ methodKind, input }: DescMethod): boolean {
  return methodKind === 'unary' && input.fields.some(({ name }) => name === 'client_token');
}

async function persistently<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (refusalIn(error)?.reason !== 'ServiceUnavailable' || attempt === ATTEMPTS) throw error;
      await sleep(backoff(attempt, Math.random()));
    }
  }
}
