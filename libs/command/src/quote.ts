const SHOWN = 80;

/** User text for an error message: in backticks, cut after 80 characters so that a message never carries a whole script. */
export function quote(text: string): string {
  return text.length <= SHOWN ? `\`${text}\`` : `\`${text.slice(0, SHOWN)}…\` (${text.length} characters)`;
}

/** UTF-8 length of `text` in bytes. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Length of `text` in characters as people count them: an astral character is one, not two UTF-16 units. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
