const PREFIXES = {
  order: 'muster session order\n',
  message: 'muster session message\n',
} as const;

/** What is signed of a session's order or message: a prefix that nothing else begins with, and then exactly its bytes. */
export function signedText(kind: keyof typeof PREFIXES, bytes: Uint8Array): Uint8Array {
  const prefix = new TextEncoder().encode(PREFIXES[kind]);
  const text = new Uint8Array(prefix.length + bytes.length);
  text.set(prefix);
  text.set(bytes, prefix.length);
  return text;
}
