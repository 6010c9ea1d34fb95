import type { CastHeader } from './cast.ts';

/** One line of a recording behind its header. */
export interface CastEvent {
  /** Milliseconds from the start. */
  readonly atMs: number;
  /** `o`: printed, `i`: typed, `r`: another size (`120x40`), `m`: a note. Others are of newer writers. */
  readonly kind: string;
  readonly text: string;
}

/** Reads asciicast version 2 as it comes, cut anywhere. Throws a SyntaxError that names the line for what is none. */
export class CastReader {
  #header: CastHeader | undefined;
  #rest = '';
  #line = 0;

  /** What the first line says; undefined before it was read. */
  get header(): CastHeader | undefined {
    return this.#header;
  }

  /** The events that end in this piece of the text. */
  add(text: string): CastEvent[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    return lines.flatMap((line) => this.#read(line));
  }

  /** The event of a last line without an end. */
  end(): CastEvent[] {
    const rest = this.#rest;
    this.#rest = '';
    return this.#read(rest);
  }

  #read(line: string): CastEvent[] {
    this.#line++;
    if (line.trim() === '') return [];
    const content = this.#parsed(line);
    if (this.#header) return [this.#event(content)];
    this.#header = this.#headerOf(content);
    return [];
  }

  #parsed(line: string): unknown {
    try {
      return JSON.parse(line);
    } catch {
      throw this.#fault('no JSON');
    }
  }

  #headerOf(content: unknown): CastHeader {
    const { version, width, height, timestamp, title, env } = Object(content) as Record<string, unknown>;
    if (version !== 2 || !isCells(width) || !isCells(height))
      throw this.#fault('no header of an asciicast of version 2');
    const term = (Object(env) as Record<string, unknown>).TERM;
    return {
      columns: width,
      rows: height,
      startedAt: typeof timestamp === 'number' ? timestamp * 1_000 : 0,
      title: typeof title === 'string' ? title : '',
      term: typeof term === 'string' ? term : '',
    };
  }

  #event(content: unknown): CastEvent {
    const [time, kind, text] = Array.isArray(content) ? (content as unknown[]) : [];
    if (typeof time !== 'number' || !(time >= 0) || typeof kind !== 'string' || typeof text !== 'string') {
      throw this.#fault('no event of an asciicast');
    }
    return { atMs: Math.round(time * 1_000), kind, text };
  }

  #fault(what: string): SyntaxError {
    return new SyntaxError(`line ${this.#line} is ${what}`);
  }
}

/** The size in an event of kind `r`; undefined when there is none. */
export function sizeIn({ kind, text }: CastEvent): { columns: number; rows: number } | undefined {
  const found = kind === 'r' ? /^(\d{1,4})x(\d{1,4})$/.exec(text) : null;
  return found ? { columns: Number(found[1]), rows: Number(found[2]) } : undefined;
}

function isCells(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10_000;
}
