import { invalid } from '@muster/kernel';

const LONGEST_PATTERN = 1_024;

/**
 * A `*` pattern that a request gives, as SQL GLOB: every other character stands for itself. SQLite matches a GLOB of many stars in
 * time that grows with the product of both lengths, no worse.
 */
export function patternGlob(field: string, pattern: string): string {
  if (pattern.length > LONGEST_PATTERN) {
    const what = `must be at most ${LONGEST_PATTERN} characters, had ${pattern.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', field, what);
  }
  return pattern.replaceAll(/[?[]/g, '[$&]');
}
