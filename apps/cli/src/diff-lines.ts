import { diff } from 'node:util';
import type { Edit } from './domain/unified-diff.ts';

/** The shortest way from one text to another, line by line. A last line without an end is told from one with it. */
export function diffLines(before: string, after: string): Edit[] {
  // node's diff says 1 for what only the first list has
  return diff(linesOf(before), linesOf(after)).map(([operation, line]) => ({
    kind: operation === 0 ? 'same' : operation === 1 ? 'removed' : 'added',
    line,
  }));
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/).filter((line) => line !== '');
}
