import { createHash, randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  EndReason,
  type Recording,
  RecordingSchema,
  RecordingState,
  type Session,
  SessionKind,
  SessionMode,
  SessionSchema,
  SessionService,
  type SessionSettings,
  SessionSettingsSchema,
  SessionState,
  SessionStateSchema,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { CastWriter, RecordingChain } from '@muster/terminal';
import { FakeSession } from '@muster/terminal-client/testing';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { tatName } from '../src/tat-name.ts';
import { toConnectError, type World } from './world.ts';

/** A shell on a machine, as tests drive it. */
export interface FakeShell {
  readonly info: Session;
  readonly terminal: FakeSession;
}

/** What was recorded of a session. */
export interface FakeRecording {
  readonly info: Recording;
  readonly chunks: ReturnType<RecordingChain['add']>[];
  readonly seal: RecordingChain['seal'] | undefined;
}

/** The fake gateway's sessions. */
export class FakeShells implements Disposable {
  /** Newest first. */
  readonly shells: FakeShell[] = [];
  readonly recordings: FakeRecording[] = [];
  readonly settings: SessionSettings = create(SessionSettingsSchema, {
    ...{ recordOutput: true, recordInput: false, recordingDays: 90, recordingMegabytes: 10_240 },
    ...{ idleSeconds: 900, longestSeconds: 43_200 },
  });
  /** What a new shell does: it ends at the end of its input, as shells do. */
  onShell: (shell: FakeShell) => void = (shell) => {
    shell.terminal.onInput = (bytes) => void (bytes.includes(4) && this.end(shell, 0));
  };
  readonly #tickets = new Map<string, { readonly shell: FakeShell; readonly role: 'drive' | 'watch' }>();

  /** A shell that stands; `sessionId` as given, or the next one. */
  add(init: MessageInitShape<typeof SessionSchema> = {}): FakeShell {
    const info = create(SessionSchema, {
      sessionId: `ses-${String(this.shells.length).padStart(8, '0')}`,
      ...{ username: 'root', createUin: '100001', sessionKind: SessionKind.SHELL },
      sessionState: SessionState.CONNECTED,
      createdTime: timestampFromMs(Date.now() - 90_000),
      activeTime: timestampFromMs(Date.now() - 7_000),
      ...init,
    });
    const terminal = new FakeSession();
    terminal.roleOf = (ticket) => this.#redeem(ticket)?.role;
    const shell = { info, terminal };
    this.shells.unshift(shell);
    return shell;
  }

  /** Ends a shell, as its machine would. */
  end({ info, terminal }: FakeShell, exitCode?: number, reason: keyof typeof EndReason = 'EXITED'): void {
    info.sessionState = SessionState.ENDED;
    info.endReason = EndReason[reason];
    if (exitCode !== undefined) info.exitCode = exitCode;
    terminal.end({ reason, exitCode });
  }

  /** Something that was recorded: texts and the milliseconds at which they were printed. */
  record(sessionId: string, printed: readonly (readonly [ms: number, text: string])[], isOpen = false): FakeRecording {
    const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
    const writer = new CastWriter(startedAt);
    const chain = new RecordingChain(sessionId, (bytes) => createHash('sha256').update(bytes).digest());
    const header = writer.header({ columns: 80, rows: 24, title: sessionId, term: 'xterm-256color' });
    const lines = printed.map(
      ([ms, text]) => [writer.output(startedAt + ms, Buffer.from(text)), writer.offset] as const,
    );
    const chunks = lines.map(([line, offset], at) => chain.add(at === 0 ? header + line : line, offset));
    const recordingState = isOpen ? RecordingState.OPEN : RecordingState.SEALED;
    const info = create(RecordingSchema, {
      ...{ sessionId, instanceId: 'ins-00000000', username: 'root', createUin: '100001', recordingState },
      startTime: timestampFromMs(startedAt),
      durationMs: BigInt(printed.at(-1)?.[0] ?? 0),
      textBytes: BigInt(chunks.reduce((sum, { text }) => sum + text.length, 0)),
      expireTime: timestampFromMs(startedAt + 90 * 86_400_000),
    });
    const recording = { info, chunks, seal: isOpen ? undefined : chain.seal };
    this.recordings.unshift(recording);
    return recording;
  }

  /** A ticket for a shell. */
  grant(shell: FakeShell, role: 'drive' | 'watch' = 'drive') {
    const ticket = randomBytes(32).toString('base64url');
    this.#tickets.set(ticket, { shell, role });
    const { sessionId } = shell.info;
    return { ticket: { sessionId, ticket, expireTime: timestampFromMs(Date.now() + 30_000) } };
  }

  /** The shell by its id, if it may be joined. */
  find(sessionId: string): FakeShell {
    const found = this.shells.find(({ info }) => info.sessionId === sessionId);
    if (!found) throw new Refusal('not_found', 'ResourceNotFound.SessionNotFound', `no session \`${sessionId}\``);
    return found;
  }

  /** Serves `/terminal`: each connection goes to the shell of the ticket in its first frame. */
  serve(server: Server, tokens: ReadonlySet<string>): void {
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/terminal') socket.destroy();
      else sockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, tokens));
    });
  }

  [Symbol.dispose](): void {
    for (const { terminal } of this.shells) terminal[Symbol.dispose]();
  }

  #accept(socket: WebSocket, tokens: ReadonlySet<string>): void {
    let far: ReturnType<FakeSession['accept']> | undefined;
    socket.on('message', (data: RawData) => {
      const bytes = new Uint8Array(data as Buffer);
      far ??= this.#shellOf(bytes, tokens)?.terminal.accept({
        send: (frame) => socket.send(frame),
        close: (reason) => socket.close(1008, reason),
      });
      if (far) far.receive(bytes);
      else socket.close(1008, 'the ticket is not valid');
    });
    socket.on('close', () => far?.closed());
  }

  #shellOf(hello: Uint8Array, tokens: ReadonlySet<string>): FakeShell | undefined {
    const text = Buffer.from(hello).toString('latin1');
    const granted = [...this.#tickets].find(([ticket]) => text.includes(ticket))?.[1];
    return granted && [...tokens].some((token) => text.endsWith(token)) ? granted.shell : undefined;
  }

  #redeem(ticket: string) {
    const granted = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return granted;
  }
}

const OVER = (sessionId: string) =>
  new Refusal('conflict', 'FailedOperation.SessionEnded', `the session \`${sessionId}\` is over`);

/** Plays SessionService. */
export function shellRoutes(router: ConnectRouter, { shells: world }: World): void {
  const living = (sessionId: string) => {
    const shell = world.find(sessionId);
    if (shell.info.sessionState === SessionState.ENDED) throw OVER(sessionId);
    return shell;
  };
  const page = <T>(items: readonly T[], { offset = 0, limit = 20 }: { offset?: number; limit?: number }) =>
    items.slice(offset, offset + limit);
  router.service(SessionService, {
    openSession({ instanceId, username, reason, sessionKind }) {
      const shell = world.add({ instanceId, username: username || 'root', reason, sessionKind: sessionKind || 1 });
      world.onShell(shell);
      return world.grant(shell);
    },
    resumeSession: ({ sessionId }) => world.grant(living(sessionId)),
    joinSession({ sessionId, sessionMode }) {
      return world.grant(living(sessionId), sessionMode === SessionMode.DRIVE ? 'drive' : 'watch');
    },
    forwardPort({ instanceId, host, port }) {
      const kind = { sessionKind: SessionKind.FORWARD, forwardTo: `${host || 'localhost'}:${port}` };
      const shell = world.add({ instanceId, ...kind });
      world.onShell(shell);
      return world.grant(shell);
    },
    closeSession({ sessionIds }) {
      for (const shell of sessionIds.map((id) => world.find(id))) world.end(shell, undefined, 'TERMINATED');
      return {};
    },
    describeSessions({ sessionIds, filters, limit, offset }) {
      const states = filters.find(({ name }) => name === 'session-state')?.values;
      const instances = filters.find(({ name }) => name === 'instance-id')?.values;
      const found = world.shells
        .map(({ info }) => info)
        .filter(({ sessionId }) => sessionIds.length === 0 || sessionIds.includes(sessionId))
        .filter(({ sessionState }) => !states || states.includes(tatName(SessionStateSchema, sessionState)))
        .filter(({ instanceId }) => !instances || instances.includes(instanceId));
      return { totalCount: found.length, sessionSet: page(found, { offset, limit }) };
    },
    describeRecordings({ sessionIds, limit, offset }) {
      const found = world.recordings
        .map(({ info }) => info)
        .filter(({ sessionId }) => sessionIds.length === 0 || sessionIds.includes(sessionId));
      return { totalCount: found.length, recordingSet: page(found, { offset, limit }) };
    },
    async *getRecording({ sessionId, fromChunk }) {
      const found = world.recordings.find(({ info }) => info.sessionId === sessionId);
      if (!found) {
        const words = `no recording \`${sessionId}\``;
        throw toConnectError(new Refusal('not_found', 'ResourceNotFound.RecordingNotFound', words));
      }
      for (const { number, offset, text, hash } of found.chunks.slice(fromChunk)) {
        yield { part: { case: 'chunk', value: { number, offset: BigInt(offset), text, hash } } };
      }
      if (found.seal) yield { part: { case: 'seal', value: { ...found.seal, fault: '' } } };
    },
    searchRecordings({ query, limit = 20, offset }) {
      const hits = world.recordings.flatMap(({ info, chunks }) =>
        chunks.flatMap(({ text }) => {
          const foundAt = text.indexOf(query);
          const excerpt = {
            excerpt: text.slice(Math.max(0, foundAt - 10), foundAt + 20),
            foundAt: Math.min(foundAt, 10),
          };
          return foundAt < 0 ? [] : [{ recording: info, atMs: 1_500n, ...excerpt, foundLength: query.length }];
        }),
      );
      return { hits: page(hits, { offset, limit }), more: hits.length > offset + limit };
    },
    describeSessionSettings: () => ({ settings: world.settings }),
    modifySessionSettings({ settings }) {
      for (const [name, value] of Object.entries(settings ?? {})) {
        if (value !== undefined && !name.startsWith('$')) Object.assign(world.settings, { [name]: value });
      }
      return { settings: world.settings };
    },
  });
}
