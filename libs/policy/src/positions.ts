import type { Node } from 'jsonc-parser';

/** Where an element stands in a document: `['statement', 0, 'action', 2]`. Names are as the document spells them. */
export type JsonPath = readonly (string | number)[];

/** A place in a text, both from 1; a column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Names longer than this are nobody's element and only fill the line. */
const SHOWN = 60;

/** `statement[0].condition.ip_equal.qcs:ip[1]`; nothing for the document itself. */
export function pathText(path: JsonPath): string {
  const names = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step.trim().slice(0, SHOWN)}`));
  return names.join('').replace(/^\./, '');
}

/** Turns offsets of a text into lines and columns. */
export class LineIndex {
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#starts = [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (end) => end.index + end[0].length)];
  }

  at(offset: number): Position {
    const line = this.#starts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - this.#starts[line]! + 1 };
  }
}

/**
 * Where the element of a path begins, or the innermost one around it that exists. With `name`, the place of its name
 * instead of its value. The first item of a list is also found where the list's brackets were dropped.
 */
export function offsetOf(root: Node, path: JsonPath, part: 'name' | 'value'): number {
  let node = root;
  let name: Node | undefined;
  for (const step of path) {
    if (typeof step === 'number') {
      if (node.type === 'array') node = node.children![step]!;
      continue;
    }
    const member = node.children?.findLast(({ children }) => children![0]!.value === step);
    if (member === undefined) return node.offset;
    [name, node] = member.children as [Node, Node];
  }
  return part === 'name' && name !== undefined ? name.offset : node.offset;
}
