import {
  type AnswerOf,
  BrokenStream,
  ENTRY_KINDS,
  type Entry,
  entriesIn,
  entryAt,
  FILES_VERSION,
  FileFault,
  type FileHost,
  type FilesAnswer,
  type FilesRequest,
  faultOf,
  filesAnswers,
  filesRequests,
  IncomingFile,
  isPath,
  lastName,
  MessageStream,
  makeFolder,
  makeLink,
  OutgoingFile,
  PartialFiles,
  type RequestOf,
  settleFolder,
} from '@muster/terminal';

/** What a file server needs: a disk, a user, and where it says things. */
export interface FilesServerOptions {
  readonly host: FileHost;
  readonly user: string;
  readonly home: string;
  /** Resolves when there is room for more. */
  send(bytes: Uint8Array): Promise<void>;
  /** A line for the recording. */
  note(line: string): Promise<void>;
}

/** A file on its way in, or one that will not come any more and whose bytes are let pass. */
interface Put {
  readonly request: RequestOf<'put'>;
  readonly incoming: IncomingFile | undefined;
  phase: 'asked' | 'coming';
}

/** Answers requests for files, one after the other, as the user that it runs as (docs/file-transfer.md). */
export class FilesServer {
  readonly #options: FilesServerOptions;
  readonly #host: FileHost;
  readonly #partials: PartialFiles;
  readonly #stream = new MessageStream({ incoming: filesRequests, outgoing: filesAnswers });
  #put: Put | undefined;
  #over: 'no' | 'yes' = 'no';

  constructor(options: FilesServerOptions) {
    this.#options = options;
    this.#host = options.host;
    this.#partials = new PartialFiles(options.host);
  }

  /** Reads requests until the client says `bye` or the input is over. Throws BrokenStream for what is no request, or comes at the wrong time. */
  async serve(input: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of input) {
        for (const request of this.#stream.read(bytes)) await this.#take(request);
        if (this.#over === 'yes') return;
      }
    } finally {
      await this.leave();
    }
  }

  /** What is on its way stays for the next attempt. */
  async leave(): Promise<void> {
    const put = this.#put;
    this.#put = undefined;
    await put?.incoming?.leave();
  }

  async #take(request: FilesRequest): Promise<void> {
    const ofPut =
      request.kind === 'go' || request.kind === 'data' || request.kind === 'end' || request.kind === 'abort';
    if (ofPut !== (this.#put !== undefined)) throw new BrokenStream(`\`${request.kind}\` out of turn`);
    try {
      await this.#answer(request);
    } catch (error) {
      const fault = faultOf(error);
      await this.#noteFault(request, fault);
      await this.#discard();
      await this.#send({ kind: 'fault', code: fault.code, detail: fault.detail });
    }
  }

  #answer(request: FilesRequest): Promise<void> | void {
    switch (request.kind) {
      case 'hello':
        return this.#hello();
      case 'look':
        return this.#look(request);
      case 'list':
        return this.#list(request);
      case 'get':
        return this.#get(request);
      case 'put':
        return this.#begin(request);
      case 'go':
        return this.#go(request);
      case 'data':
        return this.#data(request);
      case 'end':
        return this.#end(request);
      case 'abort':
        return this.#abort();
      case 'folder':
        return this.#folder(request);
      case 'link':
        return this.#link(request);
      case 'settle':
        return this.#settle(request);
      case 'bye':
        this.#over = 'yes';
    }
  }

  async #hello(): Promise<void> {
    const { user, home } = this.#options;
    await this.#send({ kind: 'hello', version: FILES_VERSION, user, home, keepsOwners: this.#host.uid === 0 });
  }

  async #look({ path }: RequestOf<'look'>): Promise<void> {
    await this.#send(answerOf(await entryAt(this.#host, this.#at(path), lastName(path))));
  }

  async #list({ path }: RequestOf<'list'>): Promise<void> {
    for (const entry of await entriesIn(this.#host, this.#at(path))) await this.#send(answerOf(entry));
    await this.#done();
  }

  async #get({ path, from, prefix }: RequestOf<'get'>): Promise<void> {
    await using file = await OutgoingFile.open(this.#host, this.#at(path));
    const goesOn = from > 0 && from <= file.size && (await file.hashUpTo(from)) === prefix;
    if (!goesOn) file.startAnew();
    const { size, attributes } = file;
    await this.#send({ kind: 'begin', from: goesOn ? from : 0, size, ...attributes });
    for await (const bytes of file.bytes()) await this.#send({ kind: 'data', bytes });
    const sha256 = await file.end();
    await this.#send({ kind: 'end', sha256 });
    await this.#note('get', path, `${size} bytes sha256 ${sha256} done`);
  }

  async #begin(request: RequestOf<'put'>): Promise<void> {
    // whatever happens now, the client says how this file ends before anything else
    this.#put = { request, incoming: undefined, phase: 'coming' };
    const { size, modified, resumable } = request;
    const incoming = await IncomingFile.open(this.#host, this.#partials, {
      path: this.#at(request.path),
      size,
      modified,
    });
    this.#put = { request, incoming, phase: resumable ? 'asked' : 'coming' };
    if (resumable) await this.#send({ kind: 'ready', from: incoming.length, prefix: incoming.prefix });
    else if (incoming.length > 0) await incoming.startAnew();
  }

  async #go({ from }: RequestOf<'go'>): Promise<void> {
    const put = this.#put!;
    if (!put.incoming) return;
    if (put.phase !== 'asked' || (from !== 0 && from !== put.incoming.length))
      throw new BrokenStream('`go` to nowhere');
    put.phase = 'coming';
    if (from === 0) await put.incoming.startAnew();
  }

  async #data({ bytes }: RequestOf<'data'>): Promise<void> {
    const { incoming, phase } = this.#put!;
    if (phase === 'asked') throw new BrokenStream('`data` before `go`');
    await incoming?.write(bytes);
  }

  async #end({ sha256 }: RequestOf<'end'>): Promise<void> {
    const { request, incoming } = this.#put!;
    this.#put = undefined;
    if (!incoming) return;
    try {
      const unknownOwner = await incoming.finish(sha256, request, { owner: request.keepOwner, setId: true });
      await this.#note('put', request.path, `${request.size} bytes sha256 ${sha256} done`);
      await this.#done({ sha256, unknownOwner });
    } catch (error) {
      await incoming.discard();
      await this.#noteFault(request, faultOf(error));
      throw error;
    }
  }

  async #abort(): Promise<void> {
    const { request, incoming } = this.#put!;
    this.#put = undefined;
    if (!incoming) return;
    await incoming.discard();
    await this.#note('put', request.path, 'given up');
    await this.#send({ kind: 'fault', code: 'aborted', detail: '' });
  }

  async #folder({ path, keepOwner, parents, ...attributes }: RequestOf<'folder'>): Promise<void> {
    const keeping = { owner: keepOwner, setId: true, parents };
    const { made, unknownOwner } = await makeFolder(this.#host, this.#at(path), attributes, keeping);
    if (made) await this.#note('folder', path, 'made');
    await this.#done({ made, unknownOwner });
  }

  async #link({ path, target, keepOwner, ...attributes }: RequestOf<'link'>): Promise<void> {
    const given = { attributes, keeping: { owner: keepOwner, setId: false } };
    const { unknownOwner } = await makeLink(this.#host, this.#at(path), target, given);
    await this.#note('link', path, `to ${quoted(target)} made`);
    await this.#done({ unknownOwner });
  }

  async #settle({ path, mode, modified }: RequestOf<'settle'>): Promise<void> {
    await settleFolder(this.#host, this.#at(path), mode, modified);
    await this.#done();
  }

  /** What comes of a file that failed is let pass, up to its `end` or `abort`. */
  async #discard(): Promise<void> {
    const put = this.#put;
    if (!put) return;
    this.#put = { ...put, incoming: undefined };
    await put.incoming?.discard();
  }

  async #noteFault(request: FilesRequest, { message }: FileFault): Promise<void> {
    const of = this.#put?.request ?? request;
    if (of.kind === 'put' || of.kind === 'get' || of.kind === 'folder' || of.kind === 'link' || of.kind === 'list')
      await this.#note(of.kind, of.path, `failed: ${message}`);
  }

  /** A path as the client names it: below the user's home unless it says otherwise. Where `..` leads is the kernel's to say. */
  #at(path: string): string {
    if (!isPath(path)) throw new FileFault('name');
    if (path.startsWith('/')) return path;
    const below = path === '~' ? '' : path.replace(/^~\//, '');
    return `${this.#options.home}/${below}`;
  }

  #note(what: string, path: string, outcome: string): Promise<void> {
    return this.#options.note(`${what} ${quoted(path)} ${outcome}`);
  }

  #done(more: Partial<AnswerOf<'done'>> = {}): Promise<void> {
    return this.#send({ sha256: '', made: false, unknownOwner: '', ...more, kind: 'done' });
  }

  #send(answer: FilesAnswer): Promise<void> {
    return this.#options.send(this.#stream.write(answer));
  }
}

function answerOf({ kind, leadsTo, ...entry }: Entry): AnswerOf<'entry'> {
  return { ...entry, kind: 'entry', entryKind: ENTRY_KINDS.indexOf(kind), leadsTo: ENTRY_KINDS.indexOf(leadsTo) };
}

/** A path that may hold anything, as one word of a line. */
function quoted(path: string): string {
  const cut = path.length > 1_000 ? `${path.slice(0, 1_000)}…` : path;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
