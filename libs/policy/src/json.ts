import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { given } from './refusals.ts';

/** A JSON object whose members are yet to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What makes a text no JSON document that one could rely on. */
export interface JsonFault {
  readonly offset: number;
  readonly what: string;
}

export interface JsonText {
  /** Undefined if the text is no JSON. */
  readonly root: Node | undefined;
  readonly faults: readonly JsonFault[];
}

/** Twice what any policy needs. The readers recurse, and the author of a text must not choose how deep. */
const DEEPEST = 16;

/** Strict JSON (RFC 7159, no comments, no trailing commas) in which no object names a member twice. */
export function readJson(text: string): JsonText {
  const deep = tooDeep(text);
  if (deep !== undefined) {
    return { root: undefined, faults: [{ offset: deep, what: `must nest at most ${DEEPEST} deep` }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [first] = errors; // the others are its consequences
  if (first === undefined) return { root, faults: repeatedMembers(root!) };
  const { error, offset, length } = first;
  const reason = printParseErrorCode(error).replaceAll(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`);
  const what = `must be JSON (RFC 7159): ${reason.toLowerCase()}, was ${given(text.slice(offset, offset + length))}`;
  return { root: undefined, faults: [{ offset, what }] };
}

/** Where a bracket opens that is more than DEEPEST deep. Reads by token, as the parser does, so that both see the same brackets. */
function tooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  const closers: string[] = [];
  // by offset, because a comment that never ends leaves the scanner with a token that never gets shorter
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    const token = text[offset];
    if (token === '{' || token === '[') closers.push(token === '{' ? '}' : ']');
    else if (token === closers.at(-1)) closers.pop();
    if (closers.length > DEEPEST) return offset;
  }
  return undefined;
}

/** A reader keeps the last of two equal members, which could make a statement disappear without a word. */
function repeatedMembers(node: Node): JsonFault[] {
  const names = new Set<unknown>();
  return (node.children ?? []).flatMap((child) => {
    if (child.type !== 'property') return repeatedMembers(child);
    const [name, value] = child.children as [Node, Node];
    const twice = names.has(name.value)
      ? [{ offset: name.offset, what: `must name each element once, names ${given(name.value)} twice` }]
      : [];
    names.add(name.value);
    return [...twice, ...repeatedMembers(value)];
  });
}

/** The value of a node. An object holds exactly the members that the text names, whatever their names. */
export function plainValue(node: Node): unknown {
  if (node.type === 'array') return node.children!.map(plainValue);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries(
    node.children!.map(({ children }) => {
      const [name, value] = children as [Node, Node];
      return [name.value, plainValue(value)];
    }),
  );
}
