import { setImmediate } from 'node:timers/promises';
import type { AuditReader, ChainEnd, RawRecord } from '../store/audit-store.ts';
import { BROKEN_LINK, type HashedColumns, NOTHING_BEFORE, recordHash, type Seals } from './chain.ts';

/** What became of checking a chain. */
export interface Verdict {
  /** How many records were checked and fit. */
  readonly count: number;
  /** The first record that does not fit, and why; undefined when all do. */
  readonly broken: { readonly sequence: number; readonly problem: string } | undefined;
  /** Of the newest record; empty when there is none. */
  readonly headHash: Uint8Array;
}

/** Records between two looks at what else there is to do. */
const CHUNK = 256;

/**
 * Walks an account's whole chain: every record must be there, fit its hash and follow the one before, and the end must be the one
 * that was sealed. Records that are appended meanwhile are left for the next time.
 */
export async function verifyChain(
  accountUin: string,
  { records, seals }: { records: AuditReader; seals: Seals },
): Promise<Verdict> {
  const end = await records.end(accountUin);
  const last = end.head?.sequence ?? end.newest;
  let previous: Uint8Array = NOTHING_BEFORE;
  let count = 0;
  const verdict = (problem?: string, sequence = count + 1): Verdict => ({
    count,
    broken: problem === undefined ? undefined : { sequence, problem },
    headHash: end.head?.hash ?? NOTHING_BEFORE,
  });
  while (count < last) {
    const chunk = await readable(records.raw(accountUin, count + 1, Math.min(CHUNK, last - count)));
    if (chunk === undefined) return verdict('the store is damaged: the record cannot be read');
    if (chunk.length === 0) return verdict('the record is missing');
    for (const record of chunk) {
      const problem = problemOf(record, count + 1, previous);
      if (problem !== undefined) return verdict(problem);
      previous = record.hash!;
      count++;
    }
    await setImmediate();
  }
  return verdict(problemOfEnd(end, previous, seals), end.head && end.newest > last ? last + 1 : Math.max(last, 1));
}

function problemOf({ sequence, columns, hash }: RawRecord, due: number, previous: Uint8Array): string | undefined {
  if (sequence !== due) return 'the record is missing';
  if (hash === null || columns.includes(null)) return 'the record has an empty column';
  const follows = (before: Uint8Array) =>
    Buffer.compare(recordHash(before, columns as unknown as HashedColumns), hash) === 0;
  if (follows(previous)) return undefined;
  return follows(BROKEN_LINK) ? 'what came before the record was tampered with' : 'the record was changed';
}

function problemOfEnd({ head, newest }: ChainEnd, previous: Uint8Array, seals: Seals): string | undefined {
  if (!head) return newest === 0 ? undefined : 'the seal of the newest record is missing';
  if (!seals.fits(head, head.seal)) return 'the seal of the newest record does not fit';
  if (newest > head.sequence) return 'the record lies beyond the sealed end';
  return Buffer.compare(previous, head.hash) === 0 ? undefined : 'the newest record is not the one that was sealed';
}

/** What was read, or undefined when the file itself is damaged; any other failure is none of the chain's. */
async function readable<R>(reading: Promise<R>): Promise<R | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (/^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: unknown }).code as string)) return undefined;
    throw error;
  }
}
