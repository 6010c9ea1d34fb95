const ESC = '\u001b';
/** Colours and cursor moves in their exact form: they say nothing once they are not obeyed. */
const CONTROL_SEQUENCE = new RegExp(`${ESC}\\[[0-9;:?]{0,64}[ -/]{0,4}[@-~]`, 'g');
/** Everything else that a terminal or a browser could act on: control characters but the tabulator, and what turns the direction of text or hides in it. The joiners that scripts and emoji are written with stay. */
const ACTIVE = /(?!\t|\u200c|\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** A few marks on a letter are writing, a hundred are an attack on the lines around it. */
const MARKS = /(\p{M}{8})\p{M}+/gu;

/**
 * Script output as text that only looks: colour and cursor sequences are left out, every other control character is made visible
 * (`␛`, `‹U+202E›`). The result is for text nodes; the raw bytes are a download away.
 */
export function inert(text: string): string {
  return text
    .replace(CONTROL_SEQUENCE, '')
    .replace(ACTIVE, (character) => {
      const code = character.codePointAt(0)!;
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      if (code === 0x7f) return '\u2421';
      return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
    })
    .replace(MARKS, '$1…');
}
