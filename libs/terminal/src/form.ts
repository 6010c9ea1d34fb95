/** The most bytes that one field of bytes carries. */
export const MOST_DATA = 32_768;
/** The most columns or rows of a terminal. */
export const MOST_CELLS = 1_000;

/** What a field may be, and what it is in TypeScript. */
interface Values {
  u8: number;
  u32: number;
  /** Columns or rows. */
  cells: number;
  flag: boolean;
  /** A whole number up to 2^53 - 1: an offset, a duration, an exit code. */
  count: number;
  'count?': number | undefined;
  /** UTF-8, at most 65,535 bytes of it. */
  text: string;
  /** The rest of the message; comes last. */
  bytes: Uint8Array;
}

/** Kinds of messages: the first byte of each, and the fields after it, in this order, numbers big-endian. Numbers are never given another meaning. */
export type Forms = Readonly<
  Record<string, { readonly code: number; readonly fields: Readonly<Record<string, keyof Values>> }>
>;

type MessageOfKind<F extends Forms, K extends keyof F> = { readonly kind: K } & {
  readonly [N in keyof F[K]['fields']]: Values[F[K]['fields'][N] & keyof Values];
};

/** One message of these kinds. */
export type MessageOf<F extends Forms> = { [K in keyof F]: MessageOfKind<F, K> }[keyof F];

/** Writes and reads messages. */
export interface Codec<M> {
  /** The message as it travels. Throws for values that do not fit their fields: they are ours. */
  encode(message: M): Uint8Array<ArrayBuffer>;
  /** What `bytes` say, or undefined when they are not exactly one message with possible values. Its `bytes` are a view. */
  decode(bytes: Uint8Array): M | undefined;
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ABSENT = 0xffff_ffff_ffff_ffffn;

/** The codec of these kinds of messages. */
export function codecOf<F extends Forms>(forms: F): Codec<MessageOf<F>> {
  const fieldsOfKind = new Map(Object.entries(forms).map(([kind, { fields }]) => [kind, Object.entries(fields)]));
  const kindOfCode = new Map(Object.entries(forms).map(([kind, { code }]) => [code, kind]));
  return {
    encode(message) {
      const values = message as Readonly<Record<string, unknown>>;
      const kind = values.kind as string;
      const parts: Uint8Array[] = [number(forms[kind]!.code, 1)];
      for (const [name, type] of fieldsOfKind.get(kind)!) parts.push(...written(type, values[name]));
      return joined(parts);
    },
    decode(bytes) {
      const kind = kindOfCode.get(bytes[0] ?? 0);
      if (kind === undefined) return undefined;
      const values: Record<string, unknown> = { kind };
      let at = 1;
      for (const [name, type] of fieldsOfKind.get(kind)!) {
        const field = read(type, bytes.subarray(at));
        if (!field) return undefined;
        values[name] = field.value;
        at += field.length;
      }
      return at === bytes.length ? (values as MessageOf<F>) : undefined;
    },
  };
}

const WIDTHS = { u8: 1, flag: 1, cells: 2, u32: 4, count: 8, 'count?': 8 } as const;

function written(type: keyof Values, value: unknown): Uint8Array[] {
  if (type === 'bytes') return [fitting(value as Uint8Array, MOST_DATA)];
  if (type === 'text') {
    const text = fitting(ENCODER.encode(value as string), 0xffff);
    return [number(text.length, 2), text];
  }
  if (value === undefined && type === 'count?') return [new Uint8Array(8).fill(0xff)];
  const field = number(Number(value), WIDTHS[type]);
  if (!read(type, field)) throw new RangeError(`${value} is no ${type}`);
  return [field];
}

function read(type: keyof Values, bytes: Uint8Array): { value: unknown; length: number } | undefined {
  if (type === 'bytes') return bytes.length <= MOST_DATA ? { value: bytes, length: bytes.length } : undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type === 'text') return bytes.length < 2 ? undefined : text(bytes.subarray(2), view.getUint16(0));
  const length = WIDTHS[type];
  if (bytes.length < length) return undefined;
  const value = possible(type, view);
  return value === 'impossible' ? undefined : { value, length };
}

function possible(type: keyof typeof WIDTHS, view: DataView): number | boolean | undefined | 'impossible' {
  switch (type) {
    case 'u8':
      return view.getUint8(0);
    case 'u32':
      return view.getUint32(0);
    case 'flag':
      return view.getUint8(0) > 1 ? 'impossible' : view.getUint8(0) === 1;
    case 'cells': {
      const cells = view.getUint16(0);
      return cells < 1 || cells > MOST_CELLS ? 'impossible' : cells;
    }
    default: {
      const count = view.getBigUint64(0);
      if (count === ABSENT && type === 'count?') return undefined;
      return count > BigInt(Number.MAX_SAFE_INTEGER) ? 'impossible' : Number(count);
    }
  }
}

function text(bytes: Uint8Array, length: number): { value: string; length: number } | undefined {
  if (bytes.length < length) return undefined;
  try {
    return { value: DECODER.decode(bytes.subarray(0, length)), length: 2 + length };
  } catch {
    return undefined;
  }
}

function number(value: number, width: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** width) throw new RangeError(`${value} does not fit`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes.subarray(8 - width);
}

function fitting(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length > most) throw new RangeError(`${bytes.length} bytes are more than ${most}`);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
