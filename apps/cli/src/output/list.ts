import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { App } from '../app.ts';
import { type Column, printTable } from './table.ts';
import { toTatJson } from './to-json.ts';

/** A list that a command answers with. */
export interface Listing<D extends DescMessage> {
  readonly schema: D;
  readonly items: readonly MessageShape<D>[];
  /** How many there are in all, when the list may be only the first of them. */
  readonly total?: number;
  /** TAT's or CAM's names of the list and, where the API has one, of the count. */
  readonly names: { readonly list: string; readonly total?: string };
  readonly columns: readonly Column<MessageShape<D>>[];
  /** What to say instead of an empty table. */
  readonly none: string;
}

/** Prints a list: one JSON document as the API would answer it, or a table. */
export function printList<D extends DescMessage>(app: App, listing: Listing<D>): void {
  const { schema, items, names, columns, none, total = items.length } = listing;
  if (app.json) {
    const list = items.map((item) => toTatJson(schema, item));
    app.printJson({ ...(names.total ? { [names.total]: total } : {}), [names.list]: list });
  } else if (items.length === 0) app.note(none);
  else {
    printTable(app.terminal.out, columns, items);
    if (total > items.length) app.note(`${items.length} of ${total}; more with --limit`);
  }
}
