const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Prefixes of the identifiers that Muster makes (TAT's own, spec section 2, and `ses` for sessions). */
export type IdPrefix = 'cmd' | 'inv' | 'invt' | 'ivk' | 'sc' | 'ins' | 'lhins' | 'rins' | 'ses';

/** A new identifier such as `cmd-7efujjs6`: the prefix and `length` random characters of a-z0-9. */
export function newId(prefix: IdPrefix, length = 8): string {
  return `${prefix}-${randomText(length)}`;
}

/** `length` random characters of a-z0-9 from the platform's cryptographic source, without modulo bias. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 252 && text.length < length) text += ALPHABET[byte % 36];
    }
  }
  return text;
}

/** Whether `text` is an identifier of one of these kinds: the prefix, a dash and 8 to 32 characters of a-z0-9. */
export function isId(text: string, ...prefixes: IdPrefix[]): boolean {
  const dash = text.indexOf('-');
  if (dash < 0 || !(prefixes as string[]).includes(text.slice(0, dash))) return false;
  return /^[a-z0-9]{8,32}$/.test(text.slice(dash + 1));
}

/** The three kinds of machine, told apart by the prefix of their id. */
export type InstanceKind = 'CVM' | 'LIGHTHOUSE' | 'REGISTERED';

const KIND_OF_PREFIX = { ins: 'CVM', lhins: 'LIGHTHOUSE', rins: 'REGISTERED' } as const;

/** The kind of an instance id, or undefined when the id is not one of an instance. */
export function instanceKind(id: string): InstanceKind | undefined {
  if (!isId(id, 'ins', 'lhins', 'rins')) return undefined;
  return KIND_OF_PREFIX[id.slice(0, id.indexOf('-')) as keyof typeof KIND_OF_PREFIX];
}
