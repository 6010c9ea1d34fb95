/** More slips than this, or than a third of the word, and it is another word. */
const MOST_SLIPS = 2;

/**
 * `; did you mean …?` with the candidate that was likely meant, or nothing. Case counts for nothing in the search;
 * `prefix` goes before the candidate where all of them share it.
 */
export function didYouMean(text: string, candidates: Iterable<string>, prefix = ''): string {
  let nearest: string | undefined;
  let fewest = Math.min(MOST_SLIPS, text.length / 3);
  for (const candidate of candidates) {
    const count = slips(text.toLowerCase(), candidate.toLowerCase());
    if (count < fewest || (count === fewest && nearest === undefined)) [nearest, fewest] = [candidate, count];
  }
  return nearest === undefined ? '' : `; did you mean \`${prefix}${nearest}\`?`;
}

/** Letters to insert, drop, replace or swap with their neighbour to turn one word into the other; infinity for too many. */
function slips(a: string, b: string): number {
  // what is that much longer can be left alone, however long it is
  if (Math.abs(a.length - b.length) > MOST_SLIPS) return Number.POSITIVE_INFINITY;
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : replaced;
      row.push(Math.min(replaced, swapped, above[j]! + 1, row[j - 1]! + 1));
    }
    if (Math.min(...row) > MOST_SLIPS) return Number.POSITIVE_INFINITY;
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
