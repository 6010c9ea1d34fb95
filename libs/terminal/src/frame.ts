/** The most bytes of a stream that one frame carries. */
export const MOST_DATA = 32_768;
/** The form that this code speaks; `hello` says it. */
export const FRAME_VERSION = 1;
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
  /** The rest of the frame; comes last. */
  bytes: Uint8Array;
}

/** Every frame: its first byte and the fields after it, in this order, numbers big-endian. Numbers are never given another meaning. */
const FORMS = {
  /** The client's first: who it is and how far it has seen the output. */
  hello: {
    code: 1,
    fields: { version: 'u8', columns: 'cells', rows: 'cells', from: 'count?', ticket: 'text', token: 'text' },
  },
  /** The answer: where both streams go on. `reset` says that the output begins later than asked for, so the screen is made anew. */
  welcome: {
    code: 2,
    fields: {
      drives: 'flag',
      turn: 'u32',
      inputNext: 'count',
      inputLimit: 'count',
      outputFrom: 'count',
      reset: 'flag',
      columns: 'cells',
      rows: 'cells',
      recordsOutput: 'flag',
      recordsInput: 'flag',
      graceSeconds: 'u32',
      idleSeconds: 'u32',
      longestSeconds: 'u32',
    },
  },
  /** Bytes of the sender's stream. */
  data: { code: 3, fields: { offset: 'count', bytes: 'bytes' } },
  /** How much of the other's stream was dealt with, and how far it may go. */
  ack: { code: 4, fields: { acknowledged: 'count', limit: 'count', resend: 'flag' } },
  resize: { code: 5, fields: { columns: 'cells', rows: 'cells' } },
  /** The client's newer bearer token. */
  token: { code: 6, fields: { token: 'text' } },
  /** How the session stands, and until when (milliseconds since 1970) it may. */
  state: { code: 7, fields: { state: 'text', until: 'count?' } },
  /** The client wants the shell ended; the service says how it ended. */
  end: { code: 8, fields: { reason: 'text', exitCode: 'count?', signal: 'text' } },
} as const satisfies Record<string, { code: number; fields: Record<string, keyof Values> }>;

type Forms = typeof FORMS;
type FrameOf<K extends keyof Forms> = { readonly kind: K } & {
  readonly [F in keyof Forms[K]['fields']]: Values[Forms[K]['fields'][F] & keyof Values];
};

/** One message of a terminal's WebSocket. */
export type Frame = { [K in keyof Forms]: FrameOf<K> }[keyof Forms];

const KIND_OF_CODE = new Map(Object.entries(FORMS).map(([kind, { code }]) => [code as number, kind as keyof Forms]));
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ABSENT = 0xffff_ffff_ffff_ffffn;

/** The frame as it travels. Throws for values that do not fit their fields: they are ours. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const values = frame as unknown as Readonly<Record<string, unknown>>;
  const parts: Uint8Array[] = [number(FORMS[frame.kind].code, 1)];
  for (const [name, type] of fieldsOf(frame.kind)) parts.push(...written(type, values[name]));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What `bytes` say, or undefined when they are not exactly one frame with possible values. Its `bytes` are a view. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const kind = KIND_OF_CODE.get(bytes[0] ?? 0);
  if (!kind) return undefined;
  const values: Record<string, unknown> = { kind };
  let at = 1;
  for (const [name, type] of fieldsOf(kind)) {
    const field = read(type, bytes.subarray(at));
    if (!field) return undefined;
    values[name] = field.value;
    at += field.length;
  }
  return at === bytes.length ? (values as unknown as Frame) : undefined;
}

function fieldsOf(kind: keyof Forms): [string, keyof Values][] {
  return Object.entries(FORMS[kind].fields);
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
