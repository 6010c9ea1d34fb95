import type { Socket } from 'node:net';
import {
  BrokenStream,
  FileFault,
  type ForwardMessage,
  forwardMessages,
  MessageStream,
  MOST_DATA,
} from '@muster/terminal';
import { openByteLink } from '../copy/byte-link.ts';
import type { Session } from '../session.ts';

/** Where connections go. */
export interface ForwardTarget {
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  readonly reason: string;
}

/**
 * Ties a connection that was made here to one that a machine makes: a session of its own. Resolves when both directions came to their end; throws
 * why it could not be, or broke.
 */
export async function forwardSocket(session: Session, socket: Socket, target: ForwardTarget): Promise<void> {
  const over = Promise.withResolvers<void>();
  const stream = new MessageStream({ incoming: forwardMessages, outgoing: forwardMessages });
  const ends: { here: boolean; there: boolean } = { here: false, there: false };
  const link = openByteLink(session, {
    open: () => session.shells.forwardPort(target),
    async receive(bytes) {
      for (const message of stream.read(bytes)) await heard(message);
    },
    ended: (error) =>
      error === undefined && ends.there ? over.resolve() : over.reject(error ?? new FileFault('reset')),
  });
  const say = (message: ForwardMessage) => link.send(stream.write(message));
  const heard = async (message: ForwardMessage) => {
    if (message.kind === 'data') await written(socket, message.bytes);
    else if (message.kind === 'fault') throw new FileFault(message.code, message.detail);
    else if (message.kind === 'eof') {
      if (ends.there) throw new BrokenStream('a second end');
      ends.there = true;
      socket.end();
    }
  };
  const pump = async () => {
    for await (const bytes of socket as AsyncIterable<Buffer>) {
      for (let at = 0; at < bytes.length; at += MOST_DATA)
        await say({ kind: 'data', bytes: bytes.subarray(at, at + MOST_DATA) });
    }
    ends.here = true;
    await say({ kind: 'eof' });
  };
  // whoever connected here is gone: so is what was connected there
  socket.on('error', (error) => over.reject(error));
  pump().catch((error) => over.reject(error));
  try {
    await over.promise;
  } finally {
    socket.destroy();
    link.close();
  }
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // bytes are a view of what arrived, and that is there no longer than until this resolves
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
