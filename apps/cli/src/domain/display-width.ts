/** Characters that take two columns of a terminal: East Asian wide ones and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NONE = /^(\p{Mn}|\p{Me}|\p{Default_Ignorable_Code_Point})/u;

/** How many columns a text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += NONE.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

/** The text with blanks behind it until it is `width` columns wide; a longer one stays as it is. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** At most `width` columns of a text; a longer one ends in `…`. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let columns = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    columns += displayWidth(segment);
    if (columns > width) break;
    kept += segment;
  }
  return `${kept}…`;
}
