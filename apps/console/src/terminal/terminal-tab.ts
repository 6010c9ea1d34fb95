import { type LinkEnd, type LinkState, type LinkTicket, type LinkWelcome, TerminalLink } from '@muster/terminal-client';
import { readFailure } from '../api/failure.ts';
import { session } from '../session/session.ts';
import { copyText } from '../ui/copy.tsx';
import { looks } from './looks.ts';
import type { OutsideLink } from './outside-link.ts';
import { examinePaste, needsAsking, type Paste } from './paste-guard.ts';
import { Screen } from './screen.ts';
import { endOf, getTicket, type Way } from './ticket.ts';
import { TypedAhead } from './typed-ahead.ts';

/** What the page has to ask the person before it does it. */
export type Question =
  | { readonly kind: 'paste'; readonly paste: Paste }
  | { readonly kind: 'link'; readonly link: OutsideLink }
  | { readonly kind: 'clipboard'; readonly text: string };

/** What a tab shows; replaced as a whole with every change. */
export interface TabView {
  readonly state: LinkState | LinkEnd;
  /** Known once there was a ticket. */
  readonly sessionId: string | undefined;
  readonly welcome: LinkWelcome | undefined;
  /** What a program calls its window; empty when none does. */
  readonly title: string;
  readonly question: Question | undefined;
  /** Something was printed since the tab was last looked at. */
  readonly fresh: boolean;
  readonly finding: boolean;
  /** Bytes typed that were lost, as somebody else drove in between; 0 nearly always. */
  readonly droppedInput: number;
}

/** Whose terminal it is. */
export interface TabSubject {
  readonly instanceId: string;
  readonly instanceName: string;
  readonly username: string;
}

/** Output that comes this long after what was there before is new: only then programs may ask the terminal something. */
const CAUGHT_UP_MS = 400;
const ENCODER = new TextEncoder();

/** One terminal and its session, through any number of connections, and whether the page shows it or not. */
export class TerminalTab {
  readonly key = crypto.randomUUID();
  readonly subject: TabSubject;
  readonly screen: Screen;
  #way: Way;
  #view: TabView;
  #link: TerminalLink | undefined;
  #stopped = new AbortController();
  #catchingUp: ReturnType<typeof setTimeout> | undefined;
  #clipboard: 'unasked' | 'allowed' | 'refused' = 'unasked';
  #control: 'free' | 'held' = 'free';
  readonly #ahead = new TypedAhead((bytes) => this.#link?.type(bytes) ?? 0);
  readonly #changed: () => void;
  readonly #unsubscribe: () => void;
  /** Puts the focus outside of the terminal: who has only a keyboard could not leave it otherwise. */
  leaveFocus: (() => void) | undefined;

  constructor(subject: TabSubject, way: Way, changed: () => void) {
    this.subject = subject;
    this.#way = way;
    this.#changed = changed;
    this.#view = {
      state: { kind: 'connecting' },
      sessionId: way.kind === 'open' ? undefined : way.sessionId,
      welcome: undefined,
      title: '',
      question: undefined,
      fresh: false,
      finding: false,
      droppedInput: 0,
    };
    this.screen = new Screen(
      {
        typed: (bytes) => this.#typed(bytes),
        pasted: (text) => this.paste(text),
        selected: (text) => looks().copySelected && void copyText(text),
        titled: (title) => this.#set({ title }),
        wished: (text) => this.#wished(text),
        followed: (link) => this.#set({ question: { kind: 'link', link } }),
        resized: (columns, rows) => this.#link?.resize({ columns, rows }),
        key: (event) => this.#key(event),
      },
      { looks: looks(), dark: isDark(), answers: way.kind === 'open' },
    );
    this.#unsubscribe = session.subscribe(() => {
      if (session.current) this.#link?.newToken(session.current.token);
    });
  }

  get view(): TabView {
    return this.#view;
  }

  get isOver(): boolean {
    const { kind } = this.#view.state;
    return kind === 'ended' || kind === 'refused' || kind === 'unreachable';
  }

  /** Whether somebody else would have to type, or nobody can. */
  get watches(): boolean {
    return this.#way.kind === 'watch' || this.#view.state.kind === 'taken over';
  }

  /** How to come back to it after the page was loaded anew. */
  get wayBack(): Exclude<Way, { kind: 'open' }> | undefined {
    const { sessionId } = this.#view;
    if (this.isOver || sessionId === undefined) return undefined;
    if (this.watches) return { kind: 'watch', sessionId };
    return { kind: this.#way.kind === 'drive' ? 'drive' : 'resume', sessionId };
  }

  /** Puts it into the page; the first time it connects as well, for now its size is known. */
  mount(parent: HTMLElement): void {
    this.screen.mount(parent);
    this.layout();
    if (!this.#link && !this.isOver) this.#connect();
  }

  /** The room around it has changed, or how it looks. */
  layout(): void {
    const { welcome } = this.#view;
    if (this.watches && welcome) this.screen.fitTo(welcome.columns, welcome.rows, looks().fontSize);
    else this.screen.fit(looks().fontSize);
  }

  restyle(): void {
    this.screen.restyle(looks(), isDark());
    this.layout();
  }

  looked(): void {
    if (this.#view.fresh) this.#set({ fresh: false });
  }

  find(finding: boolean): void {
    this.#set({ finding });
    if (!finding) this.screen.search.clearDecorations();
    if (!finding) this.screen.terminal.focus();
  }

  retryNow(): void {
    this.#link?.retryNow();
  }

  /** Types what a key of the page stands for. */
  press(text: string): void {
    this.#typed(ENCODER.encode(text));
    this.screen.terminal.focus();
  }

  /** The next letter is typed as if Ctrl was held. */
  holdControl(held: boolean): void {
    this.#control = held ? 'held' : 'free';
    this.#changed();
    this.screen.terminal.focus();
  }

  get holdsControl(): boolean {
    return this.#control === 'held';
  }

  /** Pastes, and asks before when there is anything to see. */
  paste(clipboard: string): void {
    if (clipboard === '' || this.watches || this.isOver) return;
    const paste = examinePaste(clipboard);
    if (needsAsking(paste)) this.#set({ question: { kind: 'paste', paste } });
    else this.screen.paste(paste.text);
  }

  /** The person has answered the question. */
  answer(yes: boolean): void {
    const { question } = this.#view;
    this.#set({ question: undefined });
    if (question?.kind === 'paste' && yes) this.screen.paste(question.paste.text);
    if (question?.kind === 'clipboard') {
      this.#clipboard = yes ? 'allowed' : 'refused';
      if (yes) void copyText(question.text);
    }
    this.screen.terminal.focus();
  }

  /** Drives from now on: whoever did so watches. */
  takeOver(own: boolean): void {
    const { sessionId } = this.#view;
    if (sessionId === undefined) return;
    this.#disconnect();
    this.#way = { kind: own ? 'resume' : 'drive', sessionId };
    this.#set({ state: { kind: 'connecting' } });
    this.layout();
    this.#connect();
    this.screen.terminal.focus();
  }

  /** Ends the shell when this tab drives it; a watcher only goes. The tab is of no use afterwards. */
  close(): void {
    if (!this.watches) this.#link?.leave();
    this.dispose();
  }

  /** Goes, and leaves the session to its grace. */
  dispose(): void {
    this.#unsubscribe();
    this.#disconnect();
    this.screen.dispose();
  }

  #connect(): void {
    this.#stopped = new AbortController();
    const role = this.#way.kind === 'watch' ? 'watch' : 'drive';
    this.screen.readOnly = role === 'watch';
    const { terminal } = this.screen;
    this.#link = new TerminalLink({
      connect: () => new WebSocket(new URL('/terminal', window.location.href.replace(/^http/, 'ws'))),
      ticket: (which) => this.#ticket(which),
      mayRetry: (error) => readFailure(error).passing || readFailure(error).unauthenticated,
      role,
      size: { columns: terminal.cols, rows: terminal.rows },
      handlers: {
        output: (bytes, drawn) => this.#output(bytes, drawn),
        reset: () => {
          // what follows was printed before: its questions were answered then
          this.screen.answers = false;
          this.screen.empty();
        },
        state: (state) => this.#stands(state),
        welcome: (welcome) => this.#welcomed(welcome),
        resized: ({ columns, rows }) => this.#resized(columns, rows),
        writable: () => this.#ahead.flush(),
        ended: (end) => this.#ended(end),
      },
    });
    this.#link.open();
  }

  #disconnect(): void {
    this.#stopped.abort();
    clearTimeout(this.#catchingUp);
    this.#ahead.clear();
    this.#link?.detach();
    this.#link = undefined;
  }

  async #ticket(which: 'first' | 'again' | 'watch'): Promise<LinkTicket | Extract<LinkEnd, { kind: 'ended' }>> {
    const { sessionId } = this.#view;
    const way = this.#wayOf(which);
    try {
      const ticket = await getTicket(way, this.#stopped.signal);
      if (ticket.sessionId !== sessionId) this.#set({ sessionId: ticket.sessionId });
      return ticket;
    } catch (error) {
      const over =
        sessionId !== undefined && !readFailure(error).passing && (await endOf(sessionId).catch(() => undefined));
      if (over) return over;
      throw error;
    }
  }

  #wayOf(which: 'first' | 'again' | 'watch'): Way {
    const { sessionId } = this.#view;
    if (which === 'first' || sessionId === undefined) return this.#way;
    if (which === 'watch') return { kind: 'watch', sessionId };
    return this.#way.kind === 'open' ? { kind: 'resume', sessionId } : this.#way;
  }

  #output(bytes: Uint8Array, drawn: () => void): void {
    this.screen.print(bytes, drawn);
    if (!this.screen.answers) {
      clearTimeout(this.#catchingUp);
      this.#catchingUp = setTimeout(() => this.#caughtUp(), CAUGHT_UP_MS);
    }
    if (!this.#view.fresh && this.screen.element.dataset.shown !== 'true') this.#set({ fresh: true });
  }

  #caughtUp(): void {
    clearTimeout(this.#catchingUp);
    this.screen.answers = true;
  }

  #welcomed(welcome: LinkWelcome): void {
    this.#set({ welcome, droppedInput: welcome.droppedInput });
    this.screen.readOnly = !welcome.drives;
    if (welcome.drives) this.#catchingUp = setTimeout(() => this.#caughtUp(), CAUGHT_UP_MS);
    this.layout();
  }

  #resized(columns: number, rows: number): void {
    const { welcome } = this.#view;
    if (welcome) this.#set({ welcome: { ...welcome, columns, rows } });
    if (this.watches) this.layout();
  }

  #stands(state: LinkState): void {
    if (state.kind === 'taken over') {
      this.screen.readOnly = true;
      this.#ahead.clear();
    }
    this.#set({ state });
  }

  #ended(end: LinkEnd): void {
    this.#link = undefined;
    this.screen.readOnly = true;
    this.#set({ state: end, question: undefined });
  }

  #typed(bytes: Uint8Array): void {
    if (this.watches || this.isOver) return;
    if (this.#view.droppedInput > 0) this.#set({ droppedInput: 0 });
    this.#ahead.type(this.#control === 'held' ? this.#controlled(bytes) : bytes);
  }

  #controlled(bytes: Uint8Array): Uint8Array {
    this.#control = 'free';
    this.#changed();
    const code = bytes[0] ?? 0;
    // the letters, and the signs around them, have their control character 64 below their capital
    return bytes.length === 1 && code >= 0x40 && code < 0x7f ? Uint8Array.of(code & 0x1f) : bytes;
  }

  #wished(text: string): void {
    if (this.#clipboard === 'allowed') void copyText(text);
    else if (this.#clipboard === 'unasked' && !this.watches) this.#set({ question: { kind: 'clipboard', text } });
  }

  #key(event: KeyboardEvent): boolean {
    const letter = event.key.toUpperCase();
    if (event.metaKey && letter === 'F') return this.#findNow();
    if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return false;
    if (letter === 'F') return this.#findNow();
    if (letter === 'C') {
      const text = this.screen.terminal.getSelection();
      if (text) void copyText(text);
      return true;
    }
    if (letter !== 'L') return false;
    this.leaveFocus?.();
    return true;
  }

  #findNow(): true {
    this.find(true);
    return true;
  }

  #set(change: Partial<TabView>): void {
    this.#view = { ...this.#view, ...change };
    this.#changed();
  }
}

function isDark(): boolean {
  return document.documentElement.getAttribute('data-mantine-color-scheme') === 'dark';
}
