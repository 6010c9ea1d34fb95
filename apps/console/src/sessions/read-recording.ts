import { type CastEvent, type CastHeader, CastReader } from '@muster/terminal';
import { sessions } from './client.ts';

/** What can be said about whether a recording is as it was written. */
export type ChainVerdict =
  | { readonly kind: 'whole'; readonly chunks: number }
  /** The session is open, or its recorder never came to the end. */
  | { readonly kind: 'unsealed'; readonly chunks: number }
  | { readonly kind: 'changed'; readonly fault: string };

/** A recording that is being read, or was. */
export interface ReadRecording {
  readonly header: CastHeader | undefined;
  /** Undefined until everything was read. */
  readonly verdict: ChainVerdict | undefined;
}

/** Reads a recording piece by piece: `events` gets them in order. Answers what the service found when it checked the chain. */
export async function readRecording(
  sessionId: string,
  events: (events: readonly CastEvent[], header: CastHeader | undefined) => void,
  signal: AbortSignal,
): Promise<ChainVerdict> {
  const reader = new CastReader();
  let chunks = 0;
  let verdict: ChainVerdict | undefined;
  for await (const { part } of sessions.getRecording({ sessionId }, { signal })) {
    if (part.case === 'chunk') {
      chunks += 1;
      events(reader.add(part.value.text), reader.header);
    } else if (part.case === 'seal') {
      const { fault } = part.value;
      verdict = fault ? { kind: 'changed', fault } : { kind: 'whole', chunks: part.value.chunks };
    }
  }
  events(reader.end(), reader.header);
  return verdict ?? { kind: 'unsealed', chunks };
}
