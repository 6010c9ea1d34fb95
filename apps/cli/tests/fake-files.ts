import { createHash } from 'node:crypto';
import { SessionKind } from '@muster/contract';
import {
  type AnswerOf,
  ENTRY_KINDS,
  type EntryKind,
  type FilesAnswer,
  type FilesRequest,
  type ForwardMessage,
  filesAnswers,
  filesRequests,
  folderOf,
  forwardMessages,
  lastName,
  MessageStream,
} from '@muster/terminal';
import type { FakeShell, FakeShells } from './fake-shells.ts';

const ABOUT = { mode: 0o644, modified: 1_700_000_000_000, uid: 1000, gid: 1000, owner: 'ana', group: 'ana' };
const DONE: AnswerOf<'done'> = { kind: 'done', sha256: '', made: true, unknownOwner: '' };

/** A file by its bytes, a link by where it leads, or a directory. */
export type FakeFile = Buffer | { readonly link: string } | 'directory';

/** The files of all machines of the fake gateway, by their paths. What it does wrong tests say with `answer`. */
export class FakeDisk {
  readonly files = new Map<string, FakeFile>();
  /** Answers in the place of the machine, if with anything. */
  answer: (request: FilesRequest) => FilesAnswer[] | undefined = () => undefined;
  #put: { readonly path: string; readonly pieces: Buffer[] } | undefined;

  /** Answers a request as the agent's file server does. */
  answers(request: FilesRequest): FilesAnswer[] {
    return this.answer(request) ?? this.#answers(request);
  }

  #answers(request: FilesRequest): FilesAnswer[] {
    switch (request.kind) {
      case 'hello':
        return [{ kind: 'hello', version: 1, user: 'root', home: '/root', keepsOwners: true }];
      case 'look':
        return [this.#entry(request.path)];
      case 'list': {
        const here = [...this.files.keys()].filter((path) => folderOf(path) === request.path);
        return [...here.map((path) => this.#entry(path, lastName(path))), DONE];
      }
      case 'get':
        return this.#get(request.path);
      case 'put':
        this.#put = { path: request.path, pieces: [] };
        return request.resumable ? [{ kind: 'ready', from: 0, prefix: '' }] : [];
      case 'data':
        this.#put!.pieces.push(Buffer.from(request.bytes));
        return [];
      case 'end':
        this.files.set(this.#put!.path, Buffer.concat(this.#put!.pieces));
        return [{ ...DONE, sha256: request.sha256 }];
      case 'folder':
        this.files.set(request.path.replace(/\/$/, ''), 'directory');
        return [DONE];
      case 'link':
        this.files.set(request.path, { link: request.target });
        return [DONE];
      case 'settle':
        return [DONE];
      default:
        return [];
    }
  }

  #entry(path: string, name = ''): AnswerOf<'entry'> {
    const file = this.files.get(path.replace(/\/$/, ''));
    const kind: EntryKind = !file
      ? 'missing'
      : file === 'directory'
        ? 'directory'
        : Buffer.isBuffer(file)
          ? 'file'
          : 'link';
    const at = ENTRY_KINDS.indexOf(kind);
    const target = file && typeof file === 'object' && 'link' in file ? file.link : '';
    const size = Buffer.isBuffer(file) ? file.length : 0;
    return { kind: 'entry', name, entryKind: at, leadsTo: kind === 'link' ? 0 : at, size, target, ...ABOUT };
  }

  #get(path: string): FilesAnswer[] {
    const file = this.files.get(path);
    if (!Buffer.isBuffer(file)) return [{ kind: 'fault', code: 'missing', detail: 'ENOENT' }];
    return [
      { kind: 'begin', from: 0, size: file.length, ...ABOUT },
      { kind: 'data', bytes: file },
      { kind: 'end', sha256: createHash('sha256').update(file).digest('hex') },
    ];
  }
}

/** Lets every session that is opened from now on serve these files, or echo what is forwarded. */
export function serveFiles(shells: FakeShells, disk: FakeDisk): void {
  const others = shells.onShell;
  shells.onShell = (shell) => {
    const { sessionKind } = shell.info;
    if (sessionKind === SessionKind.FORWARD) echo(shells, shell);
    else if (sessionKind === SessionKind.FILES) answer(shells, shell, disk);
    else others(shell);
  };
}

function answer(shells: FakeShells, shell: FakeShell, disk: FakeDisk): void {
  const stream = new MessageStream({ incoming: filesRequests, outgoing: filesAnswers });
  shell.terminal.onInput = (bytes) => {
    for (const request of stream.read(bytes)) {
      for (const each of disk.answers(request)) shell.terminal.print(stream.write(each));
      if (request.kind === 'bye') shells.end(shell, 0);
    }
  };
}

function echo(shells: FakeShells, shell: FakeShell): void {
  const stream = new MessageStream<ForwardMessage, ForwardMessage>({
    incoming: forwardMessages,
    outgoing: forwardMessages,
  });
  shell.terminal.print(stream.write({ kind: 'open' }));
  shell.terminal.onInput = (bytes) => {
    for (const message of stream.read(bytes)) {
      shell.terminal.print(stream.write(message));
      if (message.kind === 'eof') shells.end(shell, 0);
    }
  };
}
