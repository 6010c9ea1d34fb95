import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITheme, Terminal } from '@xterm/xterm';
import { guardAnswers } from './answers.ts';
import { clipboardWish } from './clipboard-wish.ts';
import { type Looks, paletteOf } from './looks.ts';
import { type OutsideLink, outsideLink } from './outside-link.ts';
import { PrintedText } from './printed-text.ts';
import { programTitle } from './program-title.ts';

/** What a screen tells whoever shows it. Everything here comes from a program on a machine, or from a person at the keyboard. */
export interface ScreenEvents {
  /** Typed by the person, or answered by the terminal (`answers.ts`). */
  typed?(bytes: Uint8Array): void;
  /** The person wants to paste this. */
  pasted?(clipboard: string): void;
  /** Something was selected with the mouse. */
  selected?(text: string): void;
  /** A program named its window. */
  titled?(title: string): void;
  /** A program wants this on the clipboard. */
  wished?(text: string): void;
  /** The person chose a link. */
  followed?(link: OutsideLink): void;
  /** Columns and rows are other ones. */
  resized?(columns: number, rows: number): void;
  /** A key with a meaning for the page; true when the page takes it. */
  key?(event: KeyboardEvent): boolean;
}

const ENCODER = new TextEncoder();
const FULL_RESET = '\u001bc';
/** Rows that can be scrolled back to. */
const SCROLLBACK = 10_000;
/** Smaller ones can be seen, but not read. */
const SMALLEST_FONT = 6;

/**
 * A terminal that shows whatever it is given without being led into anything: links and clipboard only ask, titles are plain text,
 * pastes go through the page, and it answers no more than `answers.ts` lets it. It lives in an element of its own, so that a page may
 * come and go around it.
 */
export class Screen {
  readonly terminal: Terminal;
  readonly element = document.createElement('div');
  readonly search = new SearchAddon({ highlightLimit: 2_000 });
  readonly #fit = new FitAddon();
  readonly #events: ScreenEvents;
  readonly #stopped = new AbortController();
  readonly #printed = new PrintedText();
  /** Whether programs get answers now. */
  answers: boolean;

  constructor(events: ScreenEvents, { looks, dark, answers }: { looks: Looks; dark: boolean; answers: boolean }) {
    this.#events = events;
    this.answers = answers;
    this.terminal = new Terminal({
      allowProposedApi: true, // for the widths of characters and the marks of a search
      cursorBlink: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      disableStdin: events.typed === undefined,
      fontFamily: "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace",
      linkHandler: { activate: (_, address) => this.#follow(address), allowNonHttpProtocols: false },
      macOptionIsMeta: true,
      scrollback: SCROLLBACK,
      windowOptions: {},
    });
    this.restyle(looks, dark);
    this.element.className = 'terminal-screen';
    this.#load();
    this.#guard();
    this.#listen();
  }

  /** Puts the screen into the page; the first time it is drawn. */
  mount(parent: HTMLElement): void {
    parent.append(this.element);
    if (!this.terminal.element) this.terminal.open(this.element);
  }

  /** Whether keys and pastes do nothing, and no question is answered. */
  set readOnly(readOnly: boolean) {
    this.terminal.options.disableStdin = readOnly;
    this.terminal.options.cursorInactiveStyle = readOnly ? 'none' : 'outline';
  }

  /** Takes another size and other colours. */
  restyle({ scheme, fontSize, screenReader }: Looks, dark: boolean): void {
    const { theme, leastContrast } = paletteOf(scheme, dark);
    const { options } = this.terminal;
    options.theme = theme;
    options.minimumContrastRatio = leastContrast;
    options.fontSize = fontSize;
    options.screenReaderMode = screenReader;
    this.element.style.background = theme.background ?? '';
  }

  get theme(): ITheme {
    return this.terminal.options.theme ?? {};
  }

  /** As many columns and rows as there is room for in this size; nothing while it is not in the page. */
  fit(fontSize: number): void {
    if (!this.#isShown) return;
    this.terminal.options.fontSize = fontSize;
    this.#fit.fit();
  }

  /** Just so many columns and rows, in characters as small as it takes, but not larger than `fontSize`. */
  fitTo(columns: number, rows: number, fontSize: number): void {
    this.terminal.resize(columns, rows);
    if (!this.#isShown) return;
    this.terminal.options.fontSize = fontSize;
    const room = this.#fit.proposeDimensions();
    if (!room) return;
    const scale = Math.min(1, room.cols / columns, room.rows / rows);
    this.terminal.options.fontSize = Math.max(SMALLEST_FONT, Math.floor(fontSize * scale));
  }

  get #isShown(): boolean {
    return this.element.isConnected && this.element.offsetWidth > 0;
  }

  /** Draws what was printed next; `drawn` is called once that is done, in order. */
  print(printed: Uint8Array | string, drawn?: () => void): void {
    const text = typeof printed === 'string' ? this.#printed.clean(printed) : this.#printed.read(printed);
    this.terminal.write(text, drawn);
  }

  /** Empties everything, as output: some that was printed before may still wait to be drawn. */
  empty(drawn?: () => void): void {
    this.terminal.write(FULL_RESET, drawn);
  }

  /** Sends text as if it was pasted, in brackets for programs that ask for them. */
  paste(text: string): void {
    this.terminal.paste(text);
  }

  dispose(): void {
    this.#stopped.abort();
    this.terminal.dispose();
    this.element.remove();
  }

  #load(): void {
    const { terminal } = this;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.search);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.loadAddon(new WebLinksAddon((_, address) => this.#follow(address)));
  }

  #guard(): void {
    const { parser } = this.terminal;
    guardAnswers(this.terminal, () => this.answers);
    parser.registerOscHandler(52, (data) => {
      const text = clipboardWish(data);
      if (text !== undefined) this.#events.wished?.(text);
      return true;
    });
  }

  #listen(): void {
    const { terminal } = this;
    const { typed, titled, resized, key } = this.#events;
    terminal.onData((text) => typed?.(ENCODER.encode(text)));
    terminal.onBinary((text) => typed?.(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    terminal.onTitleChange((title) => titled?.(programTitle(title)));
    terminal.onResize(({ cols, rows }) => resized?.(cols, rows));
    if (key) {
      terminal.attachCustomKeyEventHandler((event) => {
        if (event.type !== 'keydown' || !key(event)) return true;
        event.preventDefault();
        return false;
      });
    }
    const { signal } = this.#stopped;
    const capture = { capture: true, signal };
    this.element.addEventListener(
      'paste',
      (event) => {
        event.preventDefault();
        event.stopPropagation();
        this.#events.pasted?.(event.clipboardData?.getData('text/plain') ?? '');
      },
      capture,
    );
    // what is dropped would be typed without anybody having seen it
    for (const kind of ['drop', 'dragover'] as const) {
      this.element.addEventListener(kind, (event) => event.preventDefault(), capture);
    }
    this.element.addEventListener('mousedown', () => this.#selecting(), { signal });
  }

  /** The button may be let go anywhere. */
  #selecting(): void {
    const up = () => {
      const text = this.terminal.getSelection();
      if (text) this.#events.selected?.(text);
    };
    document.addEventListener('mouseup', () => setTimeout(up), { once: true, signal: this.#stopped.signal });
  }

  #follow(address: string): void {
    const link = outsideLink(address);
    if (link) this.#events.followed?.(link);
  }
}
