/** The longest message of a stream: four long texts and what is around them. */
export const MOST_MESSAGE = 196_608;

/** A stream that does not keep to its form: nothing after it can be understood. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream';
}

/** A message in a stream of bytes: behind its length. */
export function packetOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length);
  bytes.set(message, 4);
  return bytes;
}

/** Cuts a stream of bytes into its messages, however the bytes arrive. Holds no more than one message and the last piece. */
export class PacketReader {
  #rest: Uint8Array = new Uint8Array();

  /** Whether the stream could end here. */
  get isWhole(): boolean {
    return this.#rest.length === 0;
  }

  /** The messages that these bytes complete; views that last until the caller reuses the bytes. Throws BrokenStream. */
  push(bytes: Uint8Array): Uint8Array[] {
    const all = joined(this.#rest, bytes);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= 4) {
      const length = new DataView(all.buffer, all.byteOffset + at, 4).getUint32(0);
      if (length === 0 || length > MOST_MESSAGE) throw new BrokenStream(`a message of ${length} bytes`);
      if (all.length - at - 4 < length) break;
      messages.push(all.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    // a copy, which `slice` of a Buffer is not
    this.#rest = new Uint8Array(all.subarray(at));
    return messages;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
