import type { LinkEnd, LinkWelcome, Size } from '@muster/terminal-client';
import type { App } from '../app.ts';
import type { EscapeAction } from '../domain/escape-keys.ts';
import { SafeOutput } from '../domain/safe-output.ts';
import { ScreenModes } from '../domain/screen-modes.ts';
import { endOf, type OpenTerminal, openTerminal, type TerminalRequest } from '../open-terminal.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { Notices } from './notices.ts';
import { type EndSignal, rawMode } from './raw-mode.ts';
import { TypedInput } from './typed-input.ts';

/** What a terminal is when nothing says how big it is. */
const USUAL: Size = { columns: 80, rows: 24 };
const MOST_CELLS = 1_000;
/** Between two sizes, so that a program does not miss the first. */
const REDRAW_MS = 50;
/** How long a session that cannot be told by its connection may take to be ended. */
const CLOSE_MS = 5_000;

const HELP = [
  'at the beginning of a line ~. ends the shell and leaves, ~~ types one ~, and ~? is this',
  'everything else goes to the machine, Ctrl-C included',
];

/** Which session to attend, and as what. */
export interface Attendance extends Pick<TerminalRequest, 'open' | 'again' | 'role'> {
  /** `root on web-1`. */
  readonly title: string;
}

/** How it was over: the session ended, or whoever sat here left it. */
export type Attended =
  | { readonly kind: 'left' }
  | (Extract<LinkEnd, { kind: 'ended' }> & {
      /** What the service says besides; often empty. */
      readonly words: string;
    });

type Over = LinkEnd | { readonly kind: 'left'; readonly how: 'for good' | 'for now' };

/**
 * Ties this terminal to a session until one of them ends. What there is to know of the connection is said on standard error, and the
 * terminal is given back as it was. Throws what speaks against the session, and a Stop when it cannot be reached.
 */
export async function attend(app: App, session: Session, attendance: Attendance): Promise<Attended> {
  const { input, out, err } = app.terminal;
  const { role, open, again } = attendance;
  const modes = new ScreenModes();
  const safe = new SafeOutput();
  const over = Promise.withResolvers<Over>();
  const leaveWith = role === 'watch' ? 'q' : '~.';
  const notices = new Notices(err, { isFullScreen: () => modes.isFullScreen, leaveWith });
  const greeter = greeterOf(app, attendance, notices);
  using terminal = openTerminal(session, {
    ...{ role, open, ...(again && { again }), size: sizeOf(app) },
    handlers: {
      output(bytes, drawn) {
        const wanted = role === 'watch' ? safe.take(bytes) : bytes;
        modes.see(wanted);
        out.stream.write(wanted, drawn);
      },
      reset: () => out.isTerminal && out.write(`${modes.undone()}\x1b[H\x1b[2J\x1b[3J`),
      welcome: (welcome) => greeter(welcome, terminal.sessionId ?? ''),
      state(state) {
        if (notices.show(state) && modes.isFullScreen) redraw(terminal, app);
      },
      ended: over.resolve,
      writable: () => typed.goOn(),
    },
  });
  const act = (action: EscapeAction) => {
    if (action === 'help') {
      notices.say(...HELP);
      return;
    }
    // whoever was taken over leaves the shell to the other
    const how = terminal.link.drives ? 'for good' : 'for now';
    if (!terminal.link.leave()) over.resolve({ kind: 'left', how });
  };
  // a window that was closed or a machine that is shut down may come back within the grace
  const onSignal = (signal: EndSignal) =>
    signal === 'SIGINT' ? act('leave') : over.resolve({ kind: 'left', how: 'for now' });
  using _raw = rawMode(input, onSignal);
  const typed = new TypedInput(input, terminal.link, act);
  const resized = () => terminal.link.resize(sizeOf(app));
  out.stream.on('resize', resized);
  try {
    return await outcome(session, terminal, await over.promise);
  } finally {
    out.stream.off('resize', resized);
    typed.stop();
    notices.stop();
    if (out.isTerminal) out.write(modes.undone());
  }
}

/** Says once, on a terminal, where one is and that one is being recorded. */
function greeterOf({ terminal: { err }, json }: App, { title, role }: Attendance, notices: Notices) {
  let toDo: 'greet' | 'nothing' = err.isTerminal && !json ? 'greet' : 'nothing';
  return ({ recordsOutput, recordsInput, droppedInput }: LinkWelcome, sessionId: string) => {
    if (droppedInput > 0)
      notices.say(`somebody else drove meanwhile: ${droppedInput} bytes that you typed were dropped`);
    if (toDo === 'nothing') return;
    toDo = 'nothing';
    const recorded = recordsInput ? 'recorded with what is typed' : recordsOutput ? 'recorded' : 'not recorded';
    const keys = role === 'watch' ? 'q leaves' : '~. leaves, ~? helps';
    err.write(`${err.colors.dim(`muster: ${title}, ${sessionId}, ${recorded}; ${keys}`)}\r\n`);
  };
}

async function outcome(session: Session, { sessionId }: OpenTerminal, how: Over): Promise<Attended> {
  if (how.kind === 'refused') throw how.error;
  if (how.kind === 'unreachable') {
    throw new Stop(`no terminal at ${session.url}: ${how.why}`, {
      hint: 'see that the gateway lets WebSockets through',
    });
  }
  if (how.kind === 'ended') {
    if (how.reason === 'EXITED' || how.reason === 'CLOSED' || sessionId === undefined) return { ...how, words: '' };
    const { words = '' } = (await endOf(session, sessionId).catch(() => undefined)) ?? {};
    return { ...how, words };
  }
  if (how.how === 'for good' && sessionId !== undefined) {
    // nothing was connected to say it to; without an answer the grace ends it
    const request = { sessionIds: [sessionId] };
    await session.shells.closeSession(request, { timeoutMs: CLOSE_MS }).catch(() => undefined);
  }
  return { kind: 'left' };
}

/** A program that has the screen draws all of it when its size changes. */
function redraw({ link }: OpenTerminal, app: App): void {
  const { columns, rows } = sizeOf(app);
  link.resize({ columns, rows: Math.max(1, rows - 1) });
  setTimeout(() => link.resize(sizeOf(app)), REDRAW_MS);
}

function sizeOf({ terminal: { out, err } }: App): Size {
  const { columns, rows } = out.size ?? err.size ?? USUAL;
  return { columns: Math.min(columns, MOST_CELLS), rows: Math.min(rows, MOST_CELLS) };
}
