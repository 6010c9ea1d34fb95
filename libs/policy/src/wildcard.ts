/**
 * A `*` pattern, kept as the literal pieces between its stars: `image/*-v*` is `['image/', '-v', '']`.
 * Matching only ever compares and searches literals, so no pattern can make it backtrack, and a policy variable
 * that is filled into a piece can never turn into a star.
 */
export type Wildcard = readonly string[];

export function compileWildcard(pattern: string): Wildcard {
  return pattern.split('*');
}

/** Whether the whole of `text` fits; a star stands for any run of characters, also an empty one and also `/`. */
export function matchWildcard(pieces: Wildcard, text: string): boolean {
  const last = pieces.length - 1;
  const head = pieces[0]!;
  if (last === 0) return text === head;
  const tail = pieces[last]!;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  const end = text.length - tail.length;
  let at = head.length;
  // The leftmost place is always a right one for a piece between two stars, so one pass decides.
  for (let i = 1; i < last; i++) {
    const found = text.indexOf(pieces[i]!, at);
    at = found + pieces[i]!.length;
    if (found < 0 || at > end) return false;
  }
  return true;
}
