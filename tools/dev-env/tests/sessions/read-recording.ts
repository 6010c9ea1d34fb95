import type { Transport } from '@connectrpc/connect';
import { type RecordingSeal, SessionService } from '@muster/contract';
import { createServiceClient } from '@muster/rpc';

/** A line of an asciicast: seconds, kind and text. */
export type CastEvent = readonly [time: number, kind: string, text: string];

/** A recording as a client gets it. */
export interface ReadRecording {
  /** All of the `.cast` file that arrived. */
  readonly text: string;
  readonly events: readonly CastEvent[];
  /** What the terminal printed, put together. */
  readonly printed: string;
  /** Undefined for an open session's. */
  readonly seal: RecordingSeal | undefined;
}

/** Reads a session's recording through the API. */
export async function readRecording(transport: Transport, sessionId: string): Promise<ReadRecording> {
  const texts: string[] = [];
  let seal: RecordingSeal | undefined;
  for await (const { part } of createServiceClient(SessionService, transport).getRecording({ sessionId })) {
    if (part.case === 'chunk') texts.push(part.value.text);
    if (part.case === 'seal') seal = part.value;
  }
  const text = texts.join('');
  const events: CastEvent[] = text
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line));
  const printed = events
    .filter(([, kind]) => kind === 'o')
    .map(([, , data]) => data)
    .join('');
  return { text, events, printed, seal };
}
