/** `{{key}}` and `{{tat-hidden:key}}`, as the services read them. */
const PLACEHOLDER = /\{\{(?:tat-hidden:)?([A-Za-z0-9_-]{1,64})\}\}/g;

/** The keys that a script asks for, each once, in order. */
export function placeholders(content: string): string[] {
  return [...new Set([...content.matchAll(PLACEHOLDER)].map((match) => match[1]!))];
}

/** The keys whose values are hidden in every record. */
export function hiddenKeys(content: string): Set<string> {
  return new Set([...content.matchAll(/\{\{tat-hidden:([A-Za-z0-9_-]{1,64})\}\}/g)].map((match) => match[1]!));
}

/** Parameters from the JSON text of a record; nothing when it is no flat object of strings. */
export function readParameters(text: string): Map<string, string> {
  try {
    const parsed: unknown = JSON.parse(text || '{}');
    if (typeof parsed !== 'object' || parsed === null) return new Map();
    return new Map(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}

/** JSON text as requests carry it; empty when there are none. */
export function writeParameters(parameters: ReadonlyMap<string, string>): string {
  return parameters.size === 0 ? '' : JSON.stringify(Object.fromEntries(parameters));
}
