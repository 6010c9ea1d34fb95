import { invalid } from '@muster/kernel';
import { checkInvocationId, checkInvocationTaskId } from './ids.ts';

const TEXT_MAX_BYTES = 256;
const LIMIT_MAX = 10_000;
const LIMIT_DEFAULT = 100;

/** What to look for, and where. */
export interface OutputSearch {
  readonly within: { readonly invocationId: string } | { readonly invocationTaskId: string };
  readonly text: Uint8Array;
  /** Hits at most. */
  readonly limit: number;
}

/**
 * Checks what a search asks for. Refusals: MissingParameter, InvalidParameter.ConflictParameter, InvalidParameterValue for a text with
 * line ends, InvalidParameterValue.TooLong, .Range, .InvalidInvocationId, .InvalidInvocationTaskId.
 */
export function checkOutputSearch(given: {
  readonly invocationId: string;
  readonly invocationTaskId: string;
  readonly text: string;
  readonly limit?: number | undefined;
}): OutputSearch {
  return { within: checkPlace(given), text: checkText(given.text), limit: checkLimit(given.limit) };
}

function checkPlace({ invocationId, invocationTaskId }: { invocationId: string; invocationTaskId: string }) {
  if (invocationId !== '' && invocationTaskId !== '') {
    throw invalid('InvalidParameter.ConflictParameter', 'InvocationId', 'excludes InvocationTaskId, both were given');
  }
  if (invocationTaskId !== '') return { invocationTaskId: checkInvocationTaskId(invocationTaskId, 'InvocationTaskId') };
  if (invocationId !== '') return { invocationId: checkInvocationId(invocationId, 'InvocationId') };
  throw invalid('MissingParameter', 'InvocationId', 'or InvocationTaskId is required, neither was given');
}

function checkText(given: string): Uint8Array {
  const text = new TextEncoder().encode(given);
  if (text.length === 0) throw invalid('MissingParameter', 'Text', 'is required, was not given');
  if (text.length > TEXT_MAX_BYTES) {
    throw invalid(
      'InvalidParameterValue.TooLong',
      'Text',
      `must be at most ${TEXT_MAX_BYTES} bytes, was ${text.length}`,
    );
  }
  if (/[\r\n]/.test(given)) throw invalid('InvalidParameterValue', 'Text', 'must be within a line, had a line end');
  return text;
}

function checkLimit(given: number = LIMIT_DEFAULT): number {
  if (given >= 1 && given <= LIMIT_MAX) return given;
  throw invalid('InvalidParameterValue.Range', 'Limit', `must be 1 to ${LIMIT_MAX}, was ${given}`);
}
