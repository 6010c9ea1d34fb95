import { codecOf, type Forms, type MessageOf } from '../form.ts';

/** The form of requests and answers that this code speaks. */
export const FILES_VERSION = 1;

/** What an entry of a file system is; its place in this list travels. */
export const ENTRY_KINDS = [
  'missing',
  'file',
  'directory',
  'link',
  /** A device, a pipe, a socket. */
  'special',
  /** Its name is no UTF-8: nobody here can say it. */
  'unnameable',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** What is kept of everything: permissions, milliseconds since 1970, and whose it is, names empty when there is none. */
const ATTRIBUTES = { mode: 'u32', modified: 'count', uid: 'u32', gid: 'u32', owner: 'text', group: 'text' } as const;

/** What the client asks of the file server, docs/file-transfer.md. */
const REQUESTS = {
  hello: { code: 1, fields: { version: 'u8' } },
  look: { code: 2, fields: { path: 'text' } },
  list: { code: 3, fields: { path: 'text' } },
  /** `prefix` is the SHA-256 of the first `from` bytes; empty when `from` is 0. */
  get: { code: 4, fields: { path: 'text', from: 'count', prefix: 'text' } },
  put: { code: 5, fields: { path: 'text', size: 'count', ...ATTRIBUTES, keepOwner: 'flag', resumable: 'flag' } },
  /** Answers `ready`: the bytes from there on follow. */
  go: { code: 6, fields: { from: 'count' } },
  data: { code: 7, fields: { bytes: 'bytes' } },
  end: { code: 8, fields: { sha256: 'text' } },
  /** In the place of `end`: the file is not to be. */
  abort: { code: 9, fields: {} },
  /** `parents`: make what is missing above it as well. */
  folder: { code: 10, fields: { path: 'text', ...ATTRIBUTES, keepOwner: 'flag', parents: 'flag' } },
  link: { code: 11, fields: { path: 'text', target: 'text', ...ATTRIBUTES, keepOwner: 'flag' } },
  /** A directory that was made here is full: its mode and time are set. */
  settle: { code: 12, fields: { path: 'text', mode: 'u32', modified: 'count' } },
  bye: { code: 13, fields: {} },
} as const satisfies Forms;

/** What the file server answers. */
const ANSWERS = {
  hello: { code: 1, fields: { version: 'u8', user: 'text', home: 'text', keepsOwners: 'flag' } },
  entry: {
    code: 2,
    fields: { name: 'text', entryKind: 'u8', leadsTo: 'u8', size: 'count', ...ATTRIBUTES, target: 'text' },
  },
  begin: { code: 3, fields: { from: 'count', size: 'count', ...ATTRIBUTES } },
  data: { code: 4, fields: { bytes: 'bytes' } },
  end: { code: 5, fields: { sha256: 'text' } },
  ready: { code: 6, fields: { from: 'count', prefix: 'text' } },
  /** `made`: the directory was not there before. `unknownOwner`: a name that could not be kept. */
  done: { code: 7, fields: { sha256: 'text', made: 'flag', unknownOwner: 'text' } },
  /** `detail` is the system's word for it, such as `EROFS`. */
  fault: { code: 8, fields: { code: 'text', detail: 'text' } },
} as const satisfies Forms;

/** What travels both ways of a forwarded connection. `open` and `fault` come from the machine only, first. */
const FORWARDED = {
  open: { code: 1, fields: {} },
  fault: { code: 2, fields: { code: 'text', detail: 'text' } },
  data: { code: 3, fields: { bytes: 'bytes' } },
  /** Nothing more comes from this side. */
  eof: { code: 4, fields: {} },
} as const satisfies Forms;

export type FilesRequest = MessageOf<typeof REQUESTS>;
export type FilesAnswer = MessageOf<typeof ANSWERS>;
export type ForwardMessage = MessageOf<typeof FORWARDED>;
/** One of them, by its kind. */
export type RequestOf<K extends FilesRequest['kind']> = Extract<FilesRequest, { kind: K }>;
export type AnswerOf<K extends FilesAnswer['kind']> = Extract<FilesAnswer, { kind: K }>;

export const filesRequests = codecOf(REQUESTS);
export const filesAnswers = codecOf(ANSWERS);
export const forwardMessages = codecOf(FORWARDED);
