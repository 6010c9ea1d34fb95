/**
 * Bytes of the UTF-8 character that begins at `at`: 1 to 4; 0 when none begins there; -1 when it may still become one but the
 * bytes end first. Follows the table of well-formed sequences, so overlong forms and surrogates are none.
 */
export function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead === undefined) return -1;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next];
    if (byte === undefined) return -1;
    const [low, high] = next === 1 ? secondByte(lead) : [0x80, 0xbf];
    if (byte < low || byte > high) return 0;
  }
  return length;
}

function secondByte(lead: number): [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** How many bytes at the end are the beginning of a character whose rest has not come yet: 0 to 3. */
export function unfinishedTail(bytes: Uint8Array): number {
  for (let tail = 1; tail <= Math.min(3, bytes.length); tail++) {
    const at = bytes.length - tail;
    const byte = bytes[at]!;
    if (byte >= 0xc0) return characterLength(bytes, at) === -1 ? tail : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** The text, or undefined when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
