/** A line with every place that holds `text` painted. `ignoreCase` takes ASCII letters of both cases for the same. */
export function highlight(
  line: string,
  { text, ignoreCase }: { readonly text: string; readonly ignoreCase: boolean },
  paint: (found: string) => string,
): string {
  const fold = (each: string) => (ignoreCase ? each.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : each);
  const folded = fold(line);
  const wanted = fold(text);
  let painted = '';
  let from = 0;
  for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, from)) {
    painted += line.slice(from, at) + paint(line.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  return painted + line.slice(from);
}
