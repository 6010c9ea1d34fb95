import { FRAME_VERSION } from '@muster/terminal';
import { Attachment, type AttachmentEvents } from './attachment.ts';
import { KeptInput } from './kept-input.ts';
import type { LinkEnd, LinkOptions, LinkState, LinkTicket, Size } from './link-options.ts';
import { Retries } from './retries.ts';

/** How long the service may take to end the shell after `leave`. */
const LEAVE_MS = 5_000;

type Welcome = Parameters<AttachmentEvents['welcome']>[0];

/** A client's end of a session, through any number of connections. How it is used is in the package's index, its parts in `LinkOptions`. */
export class TerminalLink {
  readonly #options: LinkOptions;
  readonly #input = new KeptInput();
  readonly #retries = new Retries(() => this.#retry());
  #attachment: Attachment | undefined;
  #phase: 'new' | 'open' | 'leaving' | 'over' = 'new';
  /** What is known of who drives; nothing before the first welcome. */
  #drives: boolean | undefined;
  /** Which ticket comes next. */
  #wanted: Parameters<LinkOptions['ticket']>[0] = 'first';
  /** How often this client asked to drive since it last did. */
  #hellos = 0;
  /** The offset of the next byte of output that is wanted; undefined before the first welcome. */
  #outputNext: number | undefined;
  #size: Size;
  #room: 'enough' | 'wanted' = 'enough';
  #why = '';
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#size = options.size;
  }

  /** Connects for the first time. */
  open(): void {
    if (this.#phase !== 'new') return;
    this.#phase = 'open';
    this.#tell({ kind: 'connecting' });
    void this.#attach();
  }

  /** Whether what is typed reaches the machine: now, or once it is connected again. */
  get drives(): boolean {
    return this.#phase === 'open' && this.#options.role === 'drive' && this.#drives !== false;
  }

  /** Whether the machine has everything that was typed. */
  get typedAll(): boolean {
    return this.#input.isEmpty;
  }

  /**
   * Types bytes; answers how many of them, from the first, were taken. They are kept until the machine has them, KEPT_INPUT of them at
   * most; when fewer were taken than given, `writable` tells of room. Nothing is taken from who watches.
   */
  type(bytes: Uint8Array): number {
    if (!this.drives) return 0;
    const taken = this.#input.take(bytes);
    if (taken < bytes.length) this.#room = 'wanted';
    this.#attachment?.flush();
    return taken;
  }

  /** The terminal has another size. */
  resize({ columns, rows }: Size): void {
    this.#size = { columns, rows };
    if (this.drives && this.#attachment?.isWelcome) this.#attachment.send({ kind: 'resize', columns, rows });
  }

  /** The caller's bearer token was renewed: the service decides with it from now on. */
  newToken(token: string): void {
    if (this.#attachment?.isWelcome) this.#attachment.send({ kind: 'token', token });
  }

  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void {
    this.#retries.hurry();
  }

  /**
   * Ends the shell; `ended` follows. False when nothing is connected to say it to, or somebody else drives: then this was `detach`, and
   * the shell is left to its grace and to CloseSession.
   */
  leave(): boolean {
    if (!this.drives || !this.#attachment?.isWelcome) {
      this.detach();
      return false;
    }
    this.#phase = 'leaving';
    this.#leaving = setTimeout(() => this.#over({ kind: 'ended', reason: 'CLOSED' }), LEAVE_MS);
    this.#attachment.send({ kind: 'end', reason: '', exitCode: undefined, signal: '' });
    return true;
  }

  /** Closes the connection; no handler is called any more. The session goes on for its grace. */
  detach(): void {
    this.#phase = 'over';
    this.#retries.stop();
    clearTimeout(this.#leaving);
    this.#attachment?.close();
    this.#attachment = undefined;
  }

  get #isOver(): boolean {
    return this.#phase === 'over';
  }

  async #attach(): Promise<void> {
    const ticket = await this.#ticket();
    if (!ticket || this.#isOver) return;
    const { handlers } = this.#options;
    const hello = { kind: 'hello', version: FRAME_VERSION, ...this.#size, from: this.#outputNext, ...ticket } as const;
    try {
      this.#hellos++;
      const attachment: Attachment = new Attachment(this.#options.connect(), hello, this.#input, {
        welcome: (frame) => this.#welcomed(frame),
        ready: () => this.#ready(hello),
        output: (bytes, drawn) => {
          this.#outputNext = attachment.outputNext;
          handlers.output(bytes, drawn);
        },
        resized: ({ columns, rows }) => handlers.resized?.({ columns, rows }),
        state: ({ state, until }) => this.#stands(state, until),
        ended: ({ reason, exitCode, signal }) => this.#over({ kind: 'ended', reason, exitCode, signal }),
        acknowledged: () => this.#roomAgain(),
        lost: (why) => this.#lost(why),
      });
      this.#attachment = attachment;
    } catch (error) {
      this.#lost((error as Error).message);
    }
  }

  async #ticket(): Promise<LinkTicket | undefined> {
    const { ticket, mayRetry } = this.#options;
    try {
      const answer = await ticket(this.#wanted);
      if (this.#isOver) return undefined;
      if (!('kind' in answer)) {
        if (this.#wanted === 'first') this.#wanted = 'again';
        return { ticket: answer.ticket, token: answer.token };
      }
      this.#over(answer);
    } catch (error) {
      if (this.#isOver) return undefined;
      if (this.#wanted !== 'first' && mayRetry(error)) this.#lost((error as Error).message);
      else this.#over({ kind: 'refused', error });
    }
    return undefined;
  }

  /** Answers where the output goes on. */
  #welcomed({ kind: _, turn, inputNext, inputLimit, outputFrom, reset, drives, ...rest }: Welcome): number {
    const { handlers, role } = this.#options;
    const wanted = this.#outputNext;
    // what comes once more from a little earlier is cut by the window
    const continues = wanted !== undefined && !reset && outputFrom <= wanted;
    if (!continues && (reset || wanted !== undefined)) handlers.reset();
    this.#outputNext = continues ? wanted : outputFrom;
    let droppedInput = 0;
    this.#drives = drives && role === 'drive';
    if (this.#drives) droppedInput = this.#input.goOn({ turn, inputNext, inputLimit }, this.#hellos);
    else this.#watchOnly();
    this.#hellos = 0;
    this.#retries.stood(rest.graceSeconds * 1_000);
    handlers.welcome?.({ ...rest, drives: this.#drives, droppedInput });
    return this.#outputNext;
  }

  #ready({ columns, rows }: Size): void {
    // the terminal may have changed while the answer was on its way
    if (columns !== this.#size.columns || rows !== this.#size.rows) this.resize(this.#size);
    this.#stands('live', undefined);
    this.#roomAgain();
  }

  #stands(state: string, until: number | undefined): void {
    if (state === 'taken over') this.#watchOnly();
    if (state === 'machine away') this.#tell({ kind: 'machine away', until });
    else if (this.#options.role === 'drive' && this.#drives === false) this.#tell({ kind: 'taken over' });
    else if (state === 'live') this.#tell({ kind: 'live' });
  }

  #watchOnly(): void {
    this.#drives = false;
    this.#input.clear();
    if (this.#options.role === 'drive') this.#wanted = 'watch';
  }

  #roomAgain(): void {
    if (this.#room === 'enough') return;
    this.#room = 'enough';
    this.#options.handlers.writable?.();
  }

  #retry(): void {
    this.#tell({ kind: 'reconnecting', attempt: this.#retries.count, nextTryAt: undefined, why: this.#why });
    void this.#attach();
  }

  #lost(why: string): void {
    this.#attachment = undefined;
    if (this.#phase === 'leaving') {
      this.#over({ kind: 'ended', reason: 'CLOSED' });
      return;
    }
    this.#why = why;
    const nextTryAt = this.#retries.lost();
    if (nextTryAt === undefined) this.#over({ kind: 'unreachable', why });
    else this.#tell({ kind: 'reconnecting', attempt: this.#retries.count, nextTryAt, why });
  }

  #over(end: LinkEnd): void {
    this.detach();
    this.#options.handlers.ended(end);
  }

  #tell(state: LinkState): void {
    this.#options.handlers.state(state);
  }
}
