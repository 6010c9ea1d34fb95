/** What somebody is about to paste into a shell. */
export interface Paste {
  /** What would be sent: line ends as they are, everything else that a terminal acts on left out. */
  readonly text: string;
  /** How many lines it has; a line end at the very end begins none. */
  readonly lines: number;
  /** It holds a line end, so a shell may run what stands before it. */
  readonly runs: boolean;
  /** Control characters that were left out, each once, as `␛`. */
  readonly removed: readonly string[];
}

/** Acts on a terminal, ends a bracketed paste, or turns what is read into something else than what is sent. Tabulators and line ends are text. */
const ACTIVE = /(?![\t\n\r\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Looks at a text from the clipboard. Control characters never come through: a page could hide the end of a bracketed paste among them. */
export function examinePaste(clipboard: string): Paste {
  const removed = new Set<string>();
  const text = clipboard.replace(ACTIVE, (character) => {
    removed.add(visible(character));
    return '';
  });
  const ends = text.match(/\r\n|\r|\n/g)?.length ?? 0;
  return { text, lines: /[\r\n]$/.test(text) ? ends : ends + 1, runs: ends > 0, removed: [...removed] };
}

/** Whether it has to be shown before it is sent. */
export function needsAsking({ runs, removed }: Paste): boolean {
  return runs || removed.length > 0;
}

/** A control character as something to look at. */
function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
