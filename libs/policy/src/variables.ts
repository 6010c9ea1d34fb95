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

/** Text with variables taken apart once, so that filling them in only joins: literals at even places, names at odd ones. */
export type Template = readonly string[];

/** Only for text that `unknownVariable` has passed. */
export function compileTemplate(text: string): Template {
  return text.split(VARIABLE);
}

export function fillIn(template: Template, variables: Variables): string {
  let text = template[0]!;
  for (let i = 1; i < template.length; i += 2) text += variables[template[i] as keyof Variables] + template[i + 1];
  return text;
}
