/** Bytes of an output: the first one, and where it ends (not included), or to the end. */
export interface ByteRange {
  readonly from: number;
  readonly to: number | undefined;
}

/** `FROM:TO`, either of which may be left out: `0:1024`, `4096:`, `:100`. Undefined for anything else, and for a range that holds nothing. */
export function parseByteRange(text: string): ByteRange | undefined {
  const found = /^(\d{0,10}):(\d{0,10})$/.exec(text);
  if (!found || text === ':') return undefined;
  const from = Number(found[1]);
  const to = found[2] === '' ? undefined : Number(found[2]);
  return to !== undefined && to <= from ? undefined : { from, to };
}

const LINE_FEED = 0x0a;

/** Where the last `lines` lines of some bytes begin, or undefined when they hold fewer. A line end at the very end begins no other line. */
export function tailStart(bytes: Uint8Array, lines: number): number | undefined {
  let at = bytes.at(-1) === LINE_FEED ? bytes.length - 1 : bytes.length;
  for (let found = 0; found < lines; found++) {
    at = at === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, at - 1);
    if (at === -1) return undefined;
  }
  return at + 1;
}
