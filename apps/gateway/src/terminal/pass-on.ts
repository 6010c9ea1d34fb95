import type { Socket } from 'node:net';

/** A peer that says nothing is asked after this whether it is still there; one that does not answer for ten seconds is gone. */
const KEEP_ALIVE_MS = 30_000;
/** Once one end has said its last, the other gets this long to take the rest and say its own. */
const LINGER_MS = 5_000;

/** What ends a passage, and hears of its end. */
export interface PassageOptions {
  /** How long a peer may take nothing of what waits for it, milliseconds. */
  readonly stallMs: number;
  /** Both ends have closed. */
  readonly closed: () => void;
}

/**
 * Passes bytes on both ways, as fast as the slower end takes them, until both have closed. Nobody reads what passes. A peer that stalls is cut
 * off, and one that is gone without a word is found out by TCP's own probes. The result hangs up on both: what is under way to them still goes.
 */
export function passOn(client: Socket, door: Socket, { stallMs, closed }: PassageOptions): () => void {
  let open = 2;
  let linger: NodeJS.Timeout | undefined;
  const letGo = () => {
    linger ??= setTimeout(() => {
      client.destroy();
      door.destroy();
    }, LINGER_MS);
  };
  const pass = (from: Socket, to: Socket) => {
    from.setNoDelay(true);
    from.setKeepAlive(true, KEEP_ALIVE_MS);
    // a callback of `setTimeout` itself would be called once, and that may be in a silence
    from.setTimeout(stallMs);
    from.on('timeout', () => {
      if (from.writableLength > 0) from.destroy();
    });
    from.on('error', () => {}); // 'close' follows
    from.once('end', letGo);
    from.once('close', () => {
      // one that left without a last word takes nothing any more, and what it said counts for nothing: its client says it again
      if (from.readableEnded) to.end();
      else to.destroy();
      letGo();
      if (--open > 0) return;
      clearTimeout(linger);
      closed();
    });
    from.pipe(to);
  };
  pass(client, door);
  pass(door, client);
  return () => {
    for (const socket of [client, door]) {
      socket.unpipe();
      // read on, so that the other end's last word is heard
      socket.resume();
      socket.end();
    }
    letGo();
  };
}
