import { codecOf, type Forms, type MessageOf } from './form.ts';

/** The form that this code speaks; `hello` says it. */
export const FRAME_VERSION = 1;

/** Every frame. */
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
} as const satisfies Forms;

/** One message of a terminal's WebSocket. */
export type Frame = MessageOf<typeof FORMS>;

/** The frame as it travels, and back. */
export const { encode: encodeFrame, decode: decodeFrame } = codecOf(FORMS);
