/** More than anybody reads before saying yes. */
const MOST_BASE64 = 1_000_000;

/**
 * What a program wants on the clipboard (`OSC 52 ; Pc ; Pd`). Undefined for everything else it may ask for: to read the clipboard
 * (`?`), to empty it, or with something that is no text.
 */
export function clipboardWish(data: string): string | undefined {
  const [, targets, base64] = /^([cpqs0-7]*);([A-Za-z0-9+/]+={0,2})$/.exec(data) ?? [];
  if (targets === undefined || base64 === undefined || base64.length > MOST_BASE64) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
