import {
  type AnswerOf,
  type Attributes,
  BrokenStream,
  ENTRY_KINDS,
  type Entry,
  FILES_VERSION,
  FileFault,
  type FilesAnswer,
  type FilesRequest,
  filesAnswers,
  filesRequests,
  isPlainName,
  lastName,
  MessageStream,
  MOST_NAMES,
  type RequestOf,
} from '@muster/terminal';

/** The content of a file that is put. */
export interface Content {
  /** The SHA-256 of its first bytes; what is asked for afterwards begins behind them. */
  hashUpTo(length: number): Promise<string>;
  /** What is asked for next is its first byte. */
  startAnew(): void;
  bytes(): AsyncIterable<Uint8Array>;
  /** The SHA-256 of the whole. */
  end(): Promise<string>;
}

/** Where the content of a file goes that is got. What it throws is thrown by `get`, and the rest of the file is let pass. */
export interface Sink {
  begin(from: number, size: number, attributes: Attributes): Promise<void>;
  data(bytes: Uint8Array): Promise<void>;
  end(sha256: string): Promise<void>;
}

/** Somebody who waits for the answers to a request; `over` when no more are coming. */
interface Waiting {
  take(answer: FilesAnswer): Promise<'more' | 'over'> | 'more' | 'over';
  fail(error: unknown): void;
}

/**
 * The client of a file server. Requests are answered in their order, so many may be under way. Whatever the machine answers is looked at here: a
 * name that is none, or an answer out of turn, ends the stream.
 */
export class FilesClient {
  readonly #stream = new MessageStream({ incoming: filesAnswers, outgoing: filesRequests });
  readonly #send: (bytes: Uint8Array) => Promise<void>;
  readonly #waiting: Waiting[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  /** What is said of a small file goes as one piece: each costs a signature and five hops. */
  #held: Uint8Array[] | undefined;
  #lost: { readonly error: unknown } | undefined;

  constructor(send: (bytes: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  /** Takes what arrived. Rejects with BrokenStream. */
  async receive(bytes: Uint8Array): Promise<void> {
    for (const answer of this.#stream.read(bytes)) {
      const first = this.#waiting[0];
      if (!first) throw new BrokenStream('an answer that nobody waits for');
      if ((await first.take(answer)) === 'over') this.#waiting.shift();
    }
  }

  /** No answer comes any more. */
  lost(error: unknown): void {
    this.#lost ??= { error };
    for (const each of this.#waiting.splice(0)) each.fail(error);
  }

  async hello(): Promise<AnswerOf<'hello'>> {
    const answer = await this.#ask({ kind: 'hello', version: FILES_VERSION }, 'hello');
    if (answer.version !== FILES_VERSION) throw new BrokenStream(`version ${answer.version} of the file server`);
    return answer;
  }

  /** What is there; kind `missing` for nothing. */
  async look(path: string): Promise<Entry> {
    return entryOf(await this.#ask({ kind: 'look', path }, 'entry'), lastName(path));
  }

  /** Everything in a directory. */
  list(path: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    const names = new Set<string>();
    return this.#request<Entry[]>({ kind: 'list', path }, (answer, { resolve }) => {
      if (answer.kind === 'done') resolve(entries);
      if (answer.kind !== 'entry') return 'over';
      const { name } = answer;
      const isSayable = ENTRY_KINDS[answer.entryKind] !== 'unnameable';
      if (!isPlainName(name) || (isSayable && names.has(name)) || entries.length >= MOST_NAMES)
        throw new BrokenStream('a listing that is none');
      names.add(name);
      entries.push(entryOf(answer, name));
      return 'more';
    });
  }

  folder(request: Omit<RequestOf<'folder'>, 'kind'>): Promise<AnswerOf<'done'>> {
    return this.#ask({ ...request, kind: 'folder' }, 'done');
  }

  link(request: Omit<RequestOf<'link'>, 'kind'>): Promise<AnswerOf<'done'>> {
    return this.#ask({ ...request, kind: 'link' }, 'done');
  }

  settle(request: Omit<RequestOf<'settle'>, 'kind'>): Promise<AnswerOf<'done'>> {
    return this.#ask({ ...request, kind: 'settle' }, 'done');
  }

  bye(): Promise<void> {
    return this.#inTurn(() => this.#say({ kind: 'bye' }));
  }

  /** Gets a file, from where the sink is: `prefix` is the SHA-256 of the bytes that it has. */
  get(path: string, { from, prefix }: { from: number; prefix: string }, sink: Sink): Promise<void> {
    let phase: 'begin' | 'data' | 'pass' = 'begin';
    return this.#request<void>({ kind: 'get', path, from, prefix }, async (answer, { resolve, reject }) => {
      const wanted = phase === 'begin' ? answer.kind === 'begin' : answer.kind === 'data' || answer.kind === 'end';
      if (!wanted) throw new BrokenStream(`\`${answer.kind}\` out of turn`);
      try {
        if (answer.kind === 'begin') {
          if (answer.from !== 0 && answer.from !== from) throw new BrokenStream('a file that begins elsewhere');
          const { kind: _, from: begins, size, ...attributes } = answer;
          phase = 'data';
          await sink.begin(begins, size, attributes);
        } else if (answer.kind === 'data') {
          if (phase === 'data') await sink.data(answer.bytes);
        } else if (answer.kind === 'end') {
          if (phase === 'data') await sink.end(answer.sha256);
          resolve();
          return 'over';
        }
      } catch (error) {
        if (error instanceof BrokenStream) throw error;
        // the machine does not know, and goes on to the end of the file
        phase = 'pass';
        reject(error);
      }
      return 'more';
    });
  }

  /** Puts a file; `sent` is told how many bytes more the machine has. */
  async put(request: Omit<RequestOf<'put'>, 'kind'>, content: Content, sent: (bytes: number) => void) {
    const ready = Promise.withResolvers<AnswerOf<'ready'> | undefined>();
    const outcome = Promise.withResolvers<AnswerOf<'done'>>();
    // whoever waits for it may come later
    outcome.promise.catch(() => undefined);
    let refused: 'no' | 'yes' = 'no';
    const fail = (error: unknown) => {
      refused = 'yes';
      ready.resolve(undefined);
      outcome.reject(error);
    };
    await this.#inTurn(async () => {
      this.#wait({
        fail,
        take(answer) {
          if (answer.kind === 'ready') {
            ready.resolve(answer);
            return 'more';
          }
          if (answer.kind === 'fault') fail(new FileFault(answer.code, answer.detail));
          else if (answer.kind === 'done') outcome.resolve(answer);
          else throw new BrokenStream(`\`${answer.kind}\` out of turn`);
          return 'over';
        },
      });
      if (!request.resumable) this.#held = [];
      await this.#say({ ...request, kind: 'put' });
      if (request.resumable) {
        const there = await ready.promise;
        if (there) await this.#goOn(there, content, { size: request.size, sent });
      }
      try {
        for await (const bytes of refused === 'yes' ? [] : content.bytes()) {
          if (refused === 'yes') break;
          await this.#say({ kind: 'data', bytes });
          sent(bytes.length);
        }
        const sha256 = refused === 'yes' ? undefined : await content.end();
        await this.#say(sha256 === undefined ? { kind: 'abort' } : { kind: 'end', sha256 });
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        // the machine's word for it, that it was given up, says less
        outcome.reject(error);
        await this.#say({ kind: 'abort' });
      }
      await this.#sayHeld();
    });
    return outcome.promise;
  }

  async #goOn(
    { from, prefix }: AnswerOf<'ready'>,
    content: Content,
    { size, sent }: { size: number; sent: (bytes: number) => void },
  ): Promise<void> {
    const same = from > 0 && from <= size && (await content.hashUpTo(from)) === prefix;
    if (same) sent(from);
    else content.startAnew();
    await this.#say({ kind: 'go', from: same ? from : 0 });
  }

  #ask<K extends FilesAnswer['kind']>(request: FilesRequest, kind: K): Promise<AnswerOf<K>> {
    return this.#request<AnswerOf<K>>(request, (answer, { resolve }) => {
      if (answer.kind !== kind) throw new BrokenStream(`\`${answer.kind}\` out of turn`);
      resolve(answer as AnswerOf<K>);
      return 'over';
    });
  }

  async #request<T>(
    request: FilesRequest,
    take: (answer: FilesAnswer, outcome: PromiseWithResolvers<T>) => ReturnType<Waiting['take']>,
  ): Promise<T> {
    const outcome = Promise.withResolvers<T>();
    outcome.promise.catch(() => undefined);
    await this.#inTurn(async () => {
      this.#wait({
        fail: outcome.reject,
        take(answer) {
          if (answer.kind !== 'fault') return take(answer, outcome);
          outcome.reject(new FileFault(answer.code, answer.detail));
          return 'over';
        },
      });
      await this.#say(request);
    });
    return outcome.promise;
  }

  #wait(waiting: Waiting): void {
    if (this.#lost) waiting.fail(this.#lost.error);
    else this.#waiting.push(waiting);
  }

  /** What is said between is all of one request. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #say(request: FilesRequest): Promise<void> {
    if (this.#lost) throw this.#lost.error;
    const bytes = this.#stream.write(request);
    if (this.#held) this.#held.push(bytes);
    else await this.#send(bytes);
  }

  async #sayHeld(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held) await this.#send(Buffer.concat(held));
  }
}

function entryOf({ kind: _, entryKind, leadsTo, ...entry }: AnswerOf<'entry'>, name: string): Entry {
  const [kind, behind] = [ENTRY_KINDS[entryKind], ENTRY_KINDS[leadsTo]];
  if (!kind || !behind) throw new BrokenStream('an entry of no kind');
  return { ...entry, name, kind, leadsTo: behind };
}
