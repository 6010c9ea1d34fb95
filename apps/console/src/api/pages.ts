/** A page of something, as every Describe call answers it. */
export interface Page<T> {
  readonly totalCount: number;
  readonly items: readonly T[];
}

const PAGE = 100;

/** Reads page after page up to `most` rows, for lists that are searched in the browser. */
export async function readAll<T>(
  read: (range: { limit: number; offset: number }) => Promise<Page<T>>,
  most: number,
): Promise<Page<T>> {
  const items: T[] = [];
  for (;;) {
    const page = await read({ limit: PAGE, offset: items.length });
    items.push(...page.items);
    if (page.items.length < PAGE || items.length >= Math.min(page.totalCount, most)) {
      return { totalCount: page.totalCount, items };
    }
  }
}
