/** Why something about a file did not work, each with what people read. */
const WORDS = {
  missing: 'no such file or directory',
  denied: 'permission denied',
  full: 'the disk is full, or the quota is used up',
  directory: 'is a directory',
  'not-a-directory': 'is not a directory',
  link: 'a symbolic link stands where a directory is to be',
  special: 'is a device, a pipe or a socket, and those are not copied',
  name: 'has a name that cannot be copied',
  unnameable: 'has a name that is no UTF-8',
  changed: 'changed while it was read',
  length: 'is not as long as was announced',
  checksum: 'arrived with another checksum (SHA-256) than it was sent with; what arrived was thrown away',
  'read-only': 'the file system is read-only',
  'too-many': 'has too many entries',
  aborted: 'was given up by the other side',
  refused: 'the connection was refused',
  unreachable: 'cannot be reached',
  unresolved: 'the name of the host is unknown',
  'timed-out': 'did not answer in time',
  reset: 'the other side broke the connection',
  other: 'did not work',
} as const;

/** What went wrong, as it travels. */
export type FaultCode = keyof typeof WORDS;

const CODE_OF_ERROR: Readonly<Record<string, FaultCode>> = {
  ENOENT: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EISDIR: 'directory',
  ENOTDIR: 'not-a-directory',
  ELOOP: 'link',
  ENXIO: 'special',
  ENAMETOOLONG: 'name',
  EROFS: 'read-only',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};

/** Something about one file did not work; others may. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  readonly code: FaultCode;
  /** The system's word, such as `EIO`; empty when there is none. */
  readonly detail: string;

  /** A code or word of a machine may be anything: what is not known becomes `other`, what is no word is left out. */
  constructor(code: string, detail = '') {
    const known = Object.hasOwn(WORDS, code) ? (code as FaultCode) : 'other';
    const word = /^[\w -]{1,40}$/.test(detail) ? detail : '';
    super(known === 'other' && word !== '' ? `${WORDS.other} (${word})` : WORDS[known]);
    this.code = known;
    this.detail = word;
  }
}

/** What the system's error means. Errors that are none of the system's are thrown on: they are ours. */
export function faultOf(error: unknown): FileFault {
  if (error instanceof FileFault) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string') throw error;
  return new FileFault(CODE_OF_ERROR[code] ?? 'other', code);
}
