import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { createPair, fromSeed, type KeyPair, Prefix } from '@nats-io/nkeys';

// an Ed25519 private key in PKCS#8 is this prefix and the 32 raw bytes
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
// and a public key in SPKI this one and 32 bytes
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * An nkey that node:crypto computes with. The library's own arithmetic is JavaScript and derives the public key anew for every use: a
 * hundred times slower, and a fleet that comes back asks for thousands of signatures at once.
 */
class NativeKey implements KeyPair {
  readonly #pair: KeyPair;
  readonly #private: KeyObject;
  #publicKey: string | undefined;

  constructor(pair: KeyPair) {
    this.#pair = pair;
    const raw = fromBase32(new TextDecoder().decode(pair.getSeed())).subarray(2, 34);
    this.#private = createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' });
  }

  get privateKey(): KeyObject {
    return this.#private;
  }

  getPublicKey(): string {
    this.#publicKey ??= publicKeyText(this.#pair.getSeed(), this.#private);
    return this.#publicKey;
  }

  sign(input: Uint8Array): Uint8Array {
    return sign(null, input, this.#private);
  }

  verify(input: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, input, createPublicKey(this.#private), signature);
  }

  getSeed(): Uint8Array {
    return this.#pair.getSeed();
  }

  getPrivateKey(): Uint8Array {
    const raw = fromBase32(new TextDecoder().decode(this.getSeed())).subarray(2, 34);
    return new TextEncoder().encode(keyText(Prefix.Private, Buffer.concat([raw, publicBytes(this.#private)])));
  }

  clear(): void {
    this.#pair.clear();
  }

  seal(input: Uint8Array, recipient: string, nonce?: Uint8Array): Uint8Array {
    return this.#pair.seal(input, recipient, nonce);
  }

  open(message: Uint8Array, sender: string): Uint8Array | null {
    return this.#pair.open(message, sender);
  }
}

/** A new key of this kind. */
export function newNativeKey(prefix: Prefix): NativeKey {
  return new NativeKey(createPair(prefix));
}

/** A seed (`S…`) as a key. Throws when it is none. */
export function nativeKeyOf(seed: string): NativeKey {
  return new NativeKey(fromSeed(new TextEncoder().encode(seed)));
}

/** The native form of a public nkey's 32 raw bytes. */
export function publicKeyObject(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
}

/** The seed names the kind of key in its first two bytes. */
function publicKeyText(seed: Uint8Array, key: KeyObject): string {
  const [first, second] = fromBase32(new TextDecoder().decode(seed));
  return keyText(((first! & 7) << 5) | (second! >> 3), publicBytes(key));
}

function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}

/** One byte for the kind, the key and two bytes of a checksum, in base 32. */
function keyText(kind: number, key: Uint8Array): string {
  const body = Buffer.concat([Buffer.from([kind]), key]);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(crc16(body));
  return toBase32(Buffer.concat([body, sum]));
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of base 32 text without padding. */
export function fromBase32(text: string): Buffer {
  const bytes = Buffer.alloc(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of text) {
    held = ((held << 5) | BASE32.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = held >> bits;
  }
  return bytes;
}

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text;
}

/** CRC-16/XMODEM, as nkeys have it. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}
