import type { Codec } from '../form.ts';
import { BrokenStream, PacketReader, packetOf } from './packets.ts';

/** Messages of one kind of stream, cut out of its bytes and put into them. */
export class MessageStream<In, Out> {
  readonly #packets = new PacketReader();
  readonly #incoming: Codec<In>;
  readonly #outgoing: Codec<Out>;

  constructor({ incoming, outgoing }: { incoming: Codec<In>; outgoing: Codec<Out> }) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /** The messages that these bytes complete. Throws BrokenStream for what is none. */
  read(bytes: Uint8Array): In[] {
    return this.#packets.push(bytes).map((packet) => {
      const message = this.#incoming.decode(packet);
      if (message === undefined) throw new BrokenStream(`a message that is none (${packet[0]})`);
      return message;
    });
  }

  /** The bytes of a message. */
  write(message: Out): Uint8Array<ArrayBuffer> {
    return packetOf(this.#outgoing.encode(message));
  }
}
