import { invalid, Refusal } from '@muster/kernel';
import { parseDocument } from 'yaml';
import { quote } from './quote.ts';
import type { Tag } from './tags.ts';

/** A text in the two languages of the public library. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/**
 * The keys of one YAML mapping, taken one by one; what nobody took is a mistake. Values are taken as YAML has them: a number where text
 * belongs is refused, because `010` and `10` are the same number but not the same text. Refusals: InvalidParameterValue, MissingParameter.
 */
export class FileFields {
  readonly #left: Map<unknown, unknown>;
  readonly #known: string[] = [];
  readonly #within: string;

  private constructor(map: Map<unknown, unknown>, within: string) {
    this.#left = new Map(map);
    this.#within = within;
  }

  /** The mapping that a file is. */
  static parse(yaml: string): FileFields {
    // a byte order mark is what some editors leave
    const document = parseDocument(yaml.replace(/^\uFEFF/, ''), { prettyErrors: true });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw wrong('the file', `must be YAML: ${fault.message.split('\n', 1)[0]?.replace(/:$/, '')}`);
    return FileFields.#of(toPlain(document), 'the file', '');
  }

  static #of(value: unknown, name: string, within: string): FileFields {
    if (!(value instanceof Map)) throw wrong(name, `must be a mapping of keys to values, is ${kindOf(value)}`);
    return new FileFields(value, within);
  }

  /** How messages call a key: with the keys that lead to it. */
  name(key: string): string {
    return this.#within + key;
  }

  /** A text, or nothing when the key is absent. */
  text(key: string): string | undefined {
    const value = this.#take(key);
    if (value === undefined || typeof value === 'string') return value;
    throw wrong(this.name(key), `must be text (in quotes), is ${kindOf(value)}`);
  }

  /** A text that must be there. */
  required(key: string): string {
    const text = this.text(key);
    if (text !== undefined) return text;
    throw invalid('MissingParameter', this.name(key), 'is required, was not given');
  }

  number(key: string): number | undefined {
    const value = this.#take(key);
    if (value === undefined || typeof value === 'number') return value;
    throw wrong(this.name(key), `must be a number, is ${kindOf(value)}`);
  }

  boolean(key: string): boolean | undefined {
    const value = this.#take(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrong(this.name(key), `must be true or false, is ${kindOf(value)}`);
  }

  /** A list of mappings; empty when the key is absent. */
  list(key: string): FileFields[] {
    const value = this.#take(key) ?? [];
    if (!Array.isArray(value)) throw wrong(this.name(key), `must be a list, is ${kindOf(value)}`);
    return value.map((item, at) => {
      const name = `${this.name(key)}[${at}]`;
      return FileFields.#of(item, name, `${name}.`);
    });
  }

  /** A mapping of texts to texts in its order; empty when the key is absent. */
  texts(key: string): Tag[] {
    const value = this.#take(key) ?? new Map();
    if (!(value instanceof Map))
      throw wrong(this.name(key), `must be a mapping of keys to values, is ${kindOf(value)}`);
    return [...value].map(([name, text]) => {
      if (typeof name !== 'string')
        throw wrong(this.name(key), `keys must be text (in quotes), one is ${kindOf(name)}`);
      if (typeof text === 'string') return { key: name, value: text };
      throw wrong(`${this.name(key)}.${name}`, `must be text (in quotes), is ${kindOf(text)}`);
    });
  }

  /** A text in English and Chinese. */
  bilingual(key: string): Bilingual {
    const value = this.#take(key);
    if (value === undefined) throw invalid('MissingParameter', this.name(key), 'is required, was not given');
    const texts = FileFields.#of(value, this.name(key), `${this.name(key)}.`);
    const both = { en: texts.required('en'), zh: texts.required('zh') };
    texts.end();
    return both;
  }

  /** What `check` gives; a refusal of it names the key of the file instead of the field of a request. */
  checked<T>(key: string, check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof Refusal) || error.details.field === undefined) throw error;
      const { kind, reason, message, details } = error;
      const field = this.name(key);
      throw new Refusal(kind, reason, field + message.slice(details.field?.length), { ...details, field });
    }
  }

  /** Refuses keys that nobody asked for. */
  end(): void {
    for (const key of this.#left.keys()) {
      throw wrong(this.name(String(key)), `is no key of this file; there are ${this.#known.join(', ')}`);
    }
  }

  #take(key: string): unknown {
    this.#known.push(key);
    const value = this.#left.get(key);
    this.#left.delete(key);
    return value;
  }
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    // a Map keeps the order of keys such as `7`, and `__proto__` is one of them
    return document.toJS({ mapAsMap: true });
  } catch (error) {
    // aliases: unknown ones and too many
    throw wrong('the file', `must be YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function wrong(name: string, what: string): Refusal {
  return invalid('InvalidParameterValue', name, what);
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a mapping';
  return typeof value === 'string' ? `the text ${quote(value)}` : `the ${typeof value} ${String(value)}`;
}
