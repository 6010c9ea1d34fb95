/** What a user typed after `-t`: a glob, an id or a name; `!` before it takes machines away again. */
export interface Selector {
  /** As typed, without the `!`. */
  readonly pattern: string;
  readonly exclude: boolean;
  /** False when the pattern is an exact id or name. */
  readonly glob: boolean;
}

/** A machine that a selector can choose. */
export interface Machine {
  readonly id: string;
  readonly name: string;
}

/** Makes a predicate of a glob. Passed in, so that the rules here do not depend on a library. */
export type CompileGlob = (pattern: string) => (text: string) => boolean;

/** What came of selectors. */
export interface Choice<M extends Machine> {
  /** In the order of `machines`, each once. */
  readonly chosen: M[];
  /** Selectors that no machine answers to. */
  readonly unmatched: string[];
}

/** Parts of a comma list; commas inside braces and brackets belong to the glob. Blanks around and empty parts are dropped. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth = Math.max(0, depth - 1);
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts.map((each) => each.trim()).filter((each) => each !== '');
}

/** Lines of a file of selectors: comma lists, `#` begins a comment. */
export function selectorLines(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => splitList(line.replace(/(^|\s)#.*$/, '')));
}

/** One selector from one part of a list. */
export function parseSelector(part: string): Selector {
  const exclude = part.startsWith('!');
  const pattern = exclude ? part.slice(1) : part;
  return { pattern, exclude, glob: /[*?[\]{}]/.test(pattern) };
}

/** The machines that the selectors name by id or name, minus those that `!` selectors name. */
export function choose<M extends Machine>(
  machines: readonly M[],
  selectors: readonly Selector[],
  compile: CompileGlob,
): Choice<M> {
  const chosen = new Set<M>();
  const unmatched: string[] = [];
  const matching = (selector: Selector) => {
    const matches = selector.glob ? compile(selector.pattern) : (text: string) => text === selector.pattern;
    return machines.filter((machine) => matches(machine.id) || matches(machine.name));
  };
  for (const selector of selectors.filter((each) => !each.exclude)) {
    const found = matching(selector);
    if (found.length === 0) unmatched.push(selector.pattern);
    for (const machine of found) chosen.add(machine);
  }
  for (const selector of selectors.filter((each) => each.exclude)) {
    for (const machine of matching(selector)) chosen.delete(machine);
  }
  return { chosen: machines.filter((machine) => chosen.has(machine)), unmatched };
}

/** Whether the service understands a pattern as it is: names with `*` and `?`, and nothing else that a shell would know. */
export function isPlainGlob(part: string): boolean {
  return /[*?]/.test(part) && !/[[\]{}\\!]/.test(part) && !/^(ins|lhins|rins)-/.test(part);
}
