/** The languages that the public library speaks. */
export type Language = 'en' | 'zh';

/** The texts of a public command in one language; empty where it has none. */
export interface PublicText {
  readonly name: string;
  readonly description: string;
  /** By parameter. */
  readonly parameters: ReadonlyMap<string, string>;
}

const KEYS = {
  en: { text: 'en', name: 'name-en' },
  zh: { text: 'zh-cn', name: 'name-zh-cn' },
} as const;

/** Reads TAT's FormattedDescription (section 4.22 of the specification). What is not as expected is empty rather than a fault. */
export function readFormattedDescription(json: string, language: Language): PublicText {
  const keys = KEYS[language];
  const read = asObject(parse(json));
  const texts = asObject(read.cmd_description);
  const parameters = Object.entries(asObject(read.parameter_description)).map(
    ([key, each]) => [key, asText(asObject(each)[keys.text])] as const,
  );
  return { name: asText(texts[keys.name]), description: asText(texts[keys.text]), parameters: new Map(parameters) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
