import { create } from '@bufbuild/protobuf';
import { SessionOrderSchema, SessionProgram } from '@muster/contract';
import { type FilesAnswer, type FilesRequest, filesAnswers, filesRequests, MessageStream } from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { expect, onTestFinished } from 'vitest';
import { ControlGroups } from '../supervisor/control-groups.ts';
import type { EndpointExit, Openable } from './endpoint.ts';
import { fileServer } from './files-program.ts';
import { prepareEndpoint } from './open-endpoint.ts';

/** What the agent opens for an order of files as this user, as the terminal host would. */
export function prepareFiles(username: string, script?: string): Promise<Openable> {
  const order = create(SessionOrderSchema, {
    sessionId: 'ses-filetest',
    instanceId: 'ins-filetest',
    username,
    program: SessionProgram.FILES,
  });
  const inherited = { path: process.env.PATH!, lang: 'C.UTF-8' };
  const context = { inherited, groups: new ControlGroups({ processes: 0, memoryBytes: 0 }, '') };
  return script === undefined ? prepareEndpoint(order, context) : fileServer(order, context, script);
}

/** A running file server, asked and heard without anything between. */
export class FilesTalk {
  readonly answers: FilesAnswer[] = [];
  readonly notes: string[] = [];
  readonly exited: Promise<EndpointExit>;
  readonly #stream = new MessageStream({ incoming: filesAnswers, outgoing: filesRequests });
  readonly #endpoint;

  constructor(openable: Openable) {
    this.#endpoint = openable.open({
      output: (bytes) => {
        for (const answer of this.#stream.read(bytes))
          this.answers.push('bytes' in answer ? { ...answer, bytes: new Uint8Array(answer.bytes) } : answer);
      },
      report: (report) => {
        if (report.case === 'note') this.notes.push(report.value.text!);
      },
    });
    this.exited = this.#endpoint.exited;
    onTestFinished(() => this.#endpoint.hangUp());
  }

  say(...requests: FilesRequest[]): void {
    for (const request of requests) void this.#endpoint.write(this.#stream.write(request)).catch(() => undefined);
  }

  /** The answers to these requests: as many as do not carry data. */
  async ask(...requests: FilesRequest[]): Promise<FilesAnswer[]> {
    const before = this.answers.length;
    this.say(...requests);
    const isList = requests.at(-1)?.kind === 'list';
    const goesOn: readonly unknown[] = ['data', 'begin', ...(isList ? ['entry'] : [])];
    await eventually('an answer', () => this.answers.length > before && !goesOn.includes(this.answers.at(-1)?.kind));
    return this.answers.slice(before);
  }

  noise(bytes: Uint8Array): void {
    void this.#endpoint.write(bytes).catch(() => undefined);
  }

  hangUp(): void {
    this.#endpoint.hangUp();
  }
}

/** A request to put a file, as whoever copies it sends it. */
export function putOf(path: string, content: Uint8Array, more: Partial<Extract<FilesRequest, { kind: 'put' }>> = {}) {
  const about = { mode: 0o640, modified: 1_700_000_000_000, uid: 0, gid: 0, owner: '', group: '' };
  const put = { kind: 'put', path, size: content.length, ...about, keepOwner: false, resumable: false } as const;
  expect(content.length).toBeLessThan(30_000);
  return { ...put, ...more };
}
