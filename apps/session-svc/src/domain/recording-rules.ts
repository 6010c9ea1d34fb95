import type { SelectionRules } from '@muster/command';
import { invalid, notFound, type Refusal } from '@muster/kernel';
import { checkInstanceId } from './opening.ts';
import { folded } from './passage.ts';
import { checkSessionId } from './session-rules.ts';

/** What DescribeRecordings accepts. */
export const RECORDING_SELECTION: SelectionRules = {
  idsField: 'SessionIds',
  checkId: checkSessionId,
  filters: { 'instance-id': checkInstanceId, 'create-uin': 'any', username: 'any' },
};

/** What SearchRecordings accepts. */
export const SEARCH_SELECTION: SelectionRules = {
  idsField: 'SessionIds',
  checkId: checkSessionId,
  filters: { ...RECORDING_SELECTION.filters, 'session-id': checkSessionId },
};

const QUERY_LEAST = 3;
const QUERY_MOST = 200;

/** What is looked for, without capitals. Refusals: MissingParameter, InvalidParameterValue.Range, InvalidParameterValue. */
export function checkQuery(query: string): string {
  if (query === '') throw invalid('MissingParameter', 'Query', 'is required, was not given');
  const { length } = [...query];
  if (length < QUERY_LEAST || length > QUERY_MOST) {
    const what = `must be ${QUERY_LEAST} to ${QUERY_MOST} characters, was ${length}`;
    throw invalid('InvalidParameterValue.Range', 'Query', what);
  }
  if (/\p{Cc}/u.test(query)) throw invalid('InvalidParameterValue', 'Query', 'must be one line of text, was not');
  return folded(query);
}

/** How far down a search can be followed. */
const OFFSET_MOST = 10_000;

/** Refusal: InvalidParameterValue.Range. */
export function checkSearchOffset(offset: number): number {
  if (offset <= OFFSET_MOST) return offset;
  throw invalid('InvalidParameterValue.Range', 'Offset', `must be at most ${OFFSET_MOST}, was ${offset}`);
}

/** Refusal: InvalidParameterValue.Range. `chunks` is how many there are. */
export function checkFromChunk(fromChunk: number, chunks: number): number {
  if (fromChunk <= chunks) return fromChunk;
  throw invalid('InvalidParameterValue.Range', 'FromChunk', `must be 0 to ${chunks}, was ${fromChunk}`);
}

/** A recording that is not there, or not this account's. */
export function noRecording(sessionId: string): Refusal {
  return notFound('ResourceNotFound.RecordingNotFound', 'recording', sessionId);
}

/** When a recording goes; an open session's stays. */
export function expiryOf(
  { sealed_at: sealedAt }: { readonly sealed_at: number | null },
  days: number,
): number | undefined {
  return sealedAt === null ? undefined : sealedAt + days * 86_400_000;
}
