import type { Wildcard } from './wildcard.ts';

/** What the policy variables of CAM section 7 stand for in one request. */
export interface Variables {
  readonly uin: string;
  readonly owner_uin: string;
  readonly app_id: string;
}

const VARIABLE = /\$\{([^}]*)\}?/g;
const NAMES: ReadonlySet<string> = new Set<keyof Variables>(['uin', 'owner_uin', 'app_id']);

/** All of them, as a refusal names them. */
export const KNOWN_VARIABLES = `\${uin}, \${owner_uin} and \${app_id}`;

/** The first `${…}` of `text` that is not a policy variable (also one that is never closed), if there is one. */
export function unknownVariable(text: string): string | undefined {
  for (const [whole, name] of text.matchAll(VARIABLE)) {
    if (!NAMES.has(name!) || !whole.endsWith('}')) return whole;
  }
  return undefined;
}

export function hasVariables(text: string): boolean {
  return text.includes('${');
}

/** `text` with its variables filled in. Only for text that `unknownVariable` has passed. */
export function substitute(text: string, variables: Variables): string {
  return text.replaceAll(VARIABLE, (_, name: keyof Variables) => variables[name]);
}

/** The same for a pattern, piece by piece: a value is always taken literally. */
export function substitutePieces(pieces: Wildcard, variables: Variables): Wildcard {
  return pieces.map((piece) => substitute(piece, variables));
}
