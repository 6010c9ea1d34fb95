import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChainCheck, type Chunk, faultInWords, type Seal, type Sha256 } from '@muster/terminal';
import { backoff } from '../domain/backoff.ts';
import { mayPass } from '../failure.ts';
import type { Session } from '../session.ts';

/** Attempts in a row that bring nothing. */
const ATTEMPTS = 5;

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

/** How a recording ended. */
export interface RecordingEnd {
  /** None while its session is open. */
  readonly seal: Seal | undefined;
  /** What does not fit, found here or by the service; undefined when everything does, as far as it goes. */
  readonly fault: string | undefined;
}

/** Reads a recording chunk by chunk, goes on after a broken connection, and holds every chunk against its hash. Returns how it ended. */
export async function* readRecording(session: Session, sessionId: string): AsyncGenerator<Chunk, RecordingEnd> {
  const check = new ChainCheck(sessionId, sha256);
  let fromChunk = 0;
  let failures = 0;
  for (;;) {
    let end: (Seal & { readonly fault: string }) | undefined;
    try {
      // to its end, though nothing follows the seal: a stream that is left early keeps its connection, and with it the process
      for await (const { part } of session.shells.getRecording({ sessionId, fromChunk })) {
        if (part.case === 'seal') end = part.value;
        if (part.case !== 'chunk') continue;
        const { number, offset, text, hash: its } = part.value;
        const chunk = { number, offset: Number(offset), text, hash: its };
        check.add(chunk);
        fromChunk = number + 1;
        failures = 0;
        yield chunk;
      }
      return endOf(check, end);
    } catch (error) {
      if (!mayPass(error) || ++failures >= ATTEMPTS) throw error;
      await sleep(backoff(failures, Math.random()));
    }
  }
}

function endOf(check: ChainCheck, said: (Seal & { readonly fault: string }) | undefined): RecordingEnd {
  const seal = said && { chunks: said.chunks, hash: said.hash };
  const verdict = check.end(seal);
  const own = verdict.kind === 'unsealed' ? undefined : faultInWords(verdict);
  return { seal, fault: own ?? (said?.fault || undefined) };
}
