import { vi } from 'vitest';
import { FakeSession } from '../src/fake-session.test-support.ts';
import { type LinkEnd, type LinkOptions, type LinkState, type LinkWelcome, TerminalLink } from '../src/index.ts';
import { FakeSocket, type Fate } from './fake-socket.ts';

/** A link to a fake session, and everything that its handlers were told. */
export interface Linked {
  readonly session: FakeSession;
  readonly link: TerminalLink;
  readonly sockets: FakeSocket[];
  readonly tickets: string[];
  readonly states: LinkState[];
  readonly ends: LinkEnd[];
  readonly welcomes: LinkWelcome[];
  /** What stands on the screen: a reset empties it. */
  screen(): string;
  /** How often the screen was made anew. */
  resets(): number;
  /** How often room was told of. */
  rooms(): number;
  /** Bytes are drawn only by this, once it was called for the first time. */
  draw(count?: number): void;
  /** Types text and answers how much of it was taken. */
  type(text: string): number;
  /** Lets so much time go by. */
  pass(ms: number): Promise<void>;
}

/** Makes one; it has to be opened. Needs fake timers. */
export function linked(given: Partial<LinkOptions> & { session?: FakeSession; fate?: Fate } = {}): Linked {
  const { session = new FakeSession(), fate, ...options } = given;
  const told = {
    tickets: [] as string[],
    states: [] as LinkState[],
    ends: [] as LinkEnd[],
    welcomes: [] as LinkWelcome[],
  };
  const sockets: FakeSocket[] = [];
  const undrawn: (() => void)[] = [];
  let drawing: 'at once' | 'when told' = 'at once';
  let printed: Uint8Array[] = [];
  let resets = 0;
  let rooms = 0;
  const link = new TerminalLink({
    connect: () => {
      const socket = new FakeSocket(session, fate);
      sockets.push(socket);
      return socket;
    },
    ticket: async (which) => {
      told.tickets.push(which);
      return { ticket: `${which} ${told.tickets.length}`, token: 'a token' };
    },
    mayRetry: () => true,
    role: 'drive',
    size: { columns: 80, rows: 24 },
    handlers: {
      output: (bytes, drawn) => {
        printed.push(bytes);
        if (drawing === 'at once') drawn();
        else undrawn.push(drawn);
      },
      reset: () => {
        printed = [];
        resets++;
      },
      state: (state) => void told.states.push(state),
      ended: (end) => void told.ends.push(end),
      welcome: (welcome) => void told.welcomes.push(welcome),
      writable: () => void rooms++,
    },
    ...options,
  });
  return {
    ...{ session, link, sockets, ...told },
    screen: () => Buffer.concat(printed).toString(),
    resets: () => resets,
    rooms: () => rooms,
    draw: (count = 0) => {
      drawing = 'when told';
      for (const drawn of undrawn.splice(0, count)) drawn();
    },
    type: (text) => link.type(Buffer.from(text)),
    pass: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
  };
}
