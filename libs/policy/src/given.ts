/** Reads one text as a value of an operator's type; undefined when it is none. */
export type Reader<T> = (text: string) => T | undefined;

/** What a request gives for one condition key. A key without values counts as missing. */
export class Given {
  static readonly NOTHING = new Given([]);

  readonly texts: readonly string[];
  #reader: Reader<unknown> | undefined;
  #values: readonly unknown[] | undefined;

  constructor(texts: readonly string[]) {
    this.texts = texts;
  }

  get missing(): boolean {
    return this.texts.length === 0;
  }

  /**
   * The values as `reader` understands them; undefined when it cannot read one of them. Many statements ask the same
   * of one address or time, so the last reading is kept.
   */
  read<T>(reader: Reader<T>): readonly T[] | undefined {
    if (this.#reader !== reader) {
      const values = this.texts.map(reader);
      this.#values = values.includes(undefined) ? undefined : values;
      this.#reader = reader;
    }
    return this.#values as readonly T[] | undefined;
  }
}
