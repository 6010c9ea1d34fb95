import type { Page } from '@muster/command';
import { Lru } from '@muster/kernel';

/** The last row of a page: the next one begins behind it. */
export interface Mark {
  /** How many rows lie before and at it. */
  readonly offset: number;
  readonly createdAt: number;
  readonly id: string;
}

/** Lists that are remembered, and marks of each. */
const LISTS = 1_024;
const MARKS = 256;

/**
 * Where the pages of lists ended, so that a caller who walks a long list by Offset does not make every page pass over all rows before it.
 * What is made during a walk then neither repeats nor hides a row of it: the walk goes on behind the row where it stopped. A first page begins
 * every walk of the same list anew, so that no mark is older than the first page that anybody saw.
 */
export class PageMarks {
  readonly #lists = new Lru<string, Mark[]>(LISTS);

  /** The last mark at or before the page's beginning; undefined when there is none. */
  before(list: string, { offset }: Page): Mark | undefined {
    return this.#lists.get(list)?.findLast((mark) => mark.offset <= offset);
  }

  /** Remembers where a page ended; `last` is its last row. */
  ended(list: string, { offset, limit }: Page, last: Omit<Mark, 'offset'>): void {
    const earlier = offset === 0 ? [] : (this.#lists.get(list) ?? []);
    const end = offset + limit;
    const marks = earlier.filter((mark) => mark.offset < end);
    this.#lists.set(list, [...marks.slice(-MARKS), { offset: end, createdAt: last.createdAt, id: last.id }]);
  }
}
