/** What a terminal is told to do. */
export interface TerminalActions {
  /** Characters to show. */
  print(text: string): void;
  /** A control character, such as a carriage return. */
  control(code: string): void;
  /** `ESC`, and what follows it. */
  escape(sequence: string): void;
  /** `CSI`: its last character, its numbers, and the sign (`?`) that stands before them in private ones. */
  csi(final: string, numbers: readonly number[], sign: string): void;
}

const ESC = '\u001b';
/** `ESC [`, its numbers, and what else stands before its last character. */
const CSI_BODY = `(?:${ESC}\\[|\u009b)([<-?]?)([\\d;:]*)[ -/]*`;
const PRINTED = /\P{Cc}+/uy;
const CSI = new RegExp(`${CSI_BODY}([@-~])`, 'y');
const CSI_BEGUN = new RegExp(`${CSI_BODY}$`, 'y');
/** Titles, links, the clipboard, pictures: nothing of it is text on the screen. */
const STRING_BEGINS = new RegExp(`${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f]`, 'y');
const STRING_ENDS = new RegExp(`[\u0007\u0018\u001a\u009c]|${ESC}\\\\|(?=${ESC}[^\\\\])`, 'g');
const ESCAPE = new RegExp(`${ESC}([ -/]*[0-~])`, 'y');
const ESCAPE_BEGUN = new RegExp(`${ESC}[ -/]*$`, 'y');
/** No sequence that means anything is longer. */
const LONGEST_SEQUENCE = 256;

/** Takes a terminal's output apart, wherever it was cut. */
export class TerminalParser {
  readonly #actions: TerminalActions;
  #begun: string;
  #inString: boolean;

  constructor(actions: TerminalActions, state: ParserState = { begun: '', inString: false }) {
    this.#actions = actions;
    this.#begun = state.begun;
    this.#inString = state.inString;
  }

  /** What another parser goes on from. */
  get state(): ParserState {
    return { begun: this.#begun, inString: this.#inString };
  }

  feed(more: string): void {
    const text = this.#begun + more;
    this.#begun = '';
    for (let at = 0; at < text.length; ) at = this.#inString ? this.#skipString(text, at) : this.#step(text, at);
  }

  /** Does what stands at `at`, and gives where the next begins. */
  #step(text: string, at: number): number {
    const printed = match(PRINTED, text, at);
    if (printed) {
      this.#actions.print(printed[0]);
      return PRINTED.lastIndex;
    }
    const csi = match(CSI, text, at);
    if (csi) {
      const [, sign = '', numbers = '', final = ''] = csi;
      this.#actions.csi(final, numbers === '' ? [] : numbers.split(/[;:]/, 32).map(Number), sign);
      return CSI.lastIndex;
    }
    const begun = match(CSI_BEGUN, text, at) ?? match(ESCAPE_BEGUN, text, at);
    if (begun && text.length - at < LONGEST_SEQUENCE) {
      this.#begun = text.slice(at);
      return text.length;
    }
    if (match(STRING_BEGINS, text, at)) {
      this.#inString = true;
      return STRING_BEGINS.lastIndex;
    }
    const sequence = match(ESCAPE, text, at);
    if (sequence) {
      this.#actions.escape(sequence[1]!);
      return ESCAPE.lastIndex;
    }
    this.#actions.control(text[at]!);
    return at + 1;
  }

  #skipString(text: string, at: number): number {
    STRING_ENDS.lastIndex = at;
    const end = STRING_ENDS.exec(text);
    if (end) {
      this.#inString = false;
      return end.index + end[0].length;
    }
    // the escape character that stands last may be half of the end
    if (text.endsWith(ESC)) this.#begun = ESC;
    return text.length;
  }
}

/** What of a sequence was not over yet. */
export interface ParserState {
  readonly begun: string;
  readonly inString: boolean;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
