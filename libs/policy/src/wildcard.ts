/**
 * A `*` pattern, kept as the literal pieces between its stars: `image/*-v*` is `['image/', '-v', '']`.
 * Matching only ever compares and searches literals, so no pattern can make it backtrack, and a policy variable
 * that is filled into a piece can never turn into a star.
 */
export type Wildcard = readonly string[];

export function compileWildcard(pattern: string): Wildcard {
  return pattern.split('*');
}

/** Whether a pattern has text between two stars, which has to be looked for everywhere. */
export function searchesInside(pattern: string): boolean {
  return compileWildcard(pattern)
    .slice(1, -1)
    .some((piece) => piece !== '');
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
    const piece = pieces[i]!;
    const found = find(text, piece, at);
    at = found + piece.length;
    if (found < 0 || at > end) return false;
  }
  return true;
}

/** From here on the platform searches a piece in linear time; shorter ones it tries at every place that begins alike. */
const LONG_PIECE = 7;
/** Up to here that is quicker than anything else. */
const SHORT_TEXT = 64;

/** The same as `text.indexOf(piece, from)`, and quick also on texts that were made to be slow. */
function find(text: string, piece: string, from: number): number {
  if (text.length <= SHORT_TEXT || piece.length < 2 || piece.length >= LONG_PIECE) return text.indexOf(piece, from);
  const codes = codesOf(text);
  const probe = unlikeFirst(piece);
  const probed = piece.charCodeAt(probe);
  const last = codes.length - piece.length;
  for (let at = from; at <= last; at++) {
    if (codes[at + probe] === probed && text.startsWith(piece, at)) return at;
  }
  return -1;
}

/** Where a piece last differs from its beginning: a run of one character in the text does not pass for it. */
function unlikeFirst(piece: string): number {
  const first = piece.charCodeAt(0);
  let at = piece.length - 1;
  while (at > 0 && piece.charCodeAt(at) === first) at--;
  return at;
}

let lastText = '';
let lastCodes = new Uint16Array();

/** The characters of a text. One text is held against pattern after pattern, so the last one's are kept. */
function codesOf(text: string): Uint16Array {
  if (text !== lastText) {
    lastCodes = new Uint16Array(text.length);
    for (let at = 0; at < text.length; at++) lastCodes[at] = text.charCodeAt(at);
    lastText = text;
  }
  return lastCodes;
}
