/** TAT's largest page. */
const PAGE_MAX = 100;

/** One page of a Describe call. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many there are in all. */
  readonly total: number;
}

/** Reads pages until `limit` items or the end. */
export async function readPages<T>(
  read: (page: { offset: number; limit: number }) => Promise<Page<T>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ items: T[]; total: number }> {
  const items: T[] = [];
  for (;;) {
    const page = await read({ offset: items.length, limit: Math.min(PAGE_MAX, limit - items.length) });
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= Math.min(page.total, limit)) return { items, total: page.total };
  }
}

/** Pieces of at most TAT's largest number of ids in one call. */
export function chunks<T>(items: readonly T[]): T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < items.length; at += PAGE_MAX) pieces.push(items.slice(at, at + PAGE_MAX));
  return pieces;
}
