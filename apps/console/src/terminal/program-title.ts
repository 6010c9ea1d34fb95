const MOST = 48;

/** A window title that a program wants, as text for a tab: one short line without anything that hides or turns text. Empty when nothing is left. */
export function programTitle(title: string): string {
  const clean = title
    .slice(0, 1_000)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/(?![\u200c\u200d])[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...clean];
  return characters.length > MOST ? `${characters.slice(0, MOST - 1).join('')}…` : clean;
}
