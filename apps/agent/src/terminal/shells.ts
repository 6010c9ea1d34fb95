import { create, toBinary } from '@bufbuild/protobuf';
import { HeldSessionsSchema, SessionReportSchema } from '@muster/contract';
import { KEPT_OUTPUT, LEAST_SILENCE_MS } from '@muster/terminal';
import { CannotStart } from '../supervisor/account.ts';
import { ControlGroups } from '../supervisor/control-groups.ts';
import { killTree } from '../supervisor/kill-tree.ts';
import { type AdmittedSession, messageFor, sessionOf } from './admit-session.ts';
import type { Openable, ShellReport } from './endpoint.ts';
import type { FromHost, HostSetup, ToHost } from './host-messages.ts';
import { prepareEndpoint } from './open-endpoint.ts';
import { Shell } from './shell.ts';

/** The longest delay that a timer takes. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** A shell that is open. */
interface OpenShell {
  readonly session: AdmittedSession;
  readonly shell: Shell;
  readonly started: ShellReport;
}

/** Every shell of the terminal host, from the order that opens one until nothing of it is left. */
export class Shells {
  readonly #setup: HostSetup;
  readonly #say: (message: FromHost) => void;
  readonly #groups: ControlGroups;
  readonly #open = new Map<string, OpenShell>();
  /** Those that are about to be opened. */
  readonly #opening = new Set<string>();
  readonly #alive = new Set<Promise<void>>();
  readonly #ended = Promise.withResolvers<void>();
  #ending: 'no' | 'yes' = 'no';

  constructor(setup: HostSetup, say: (message: FromHost) => void) {
    this.#setup = setup;
    this.#say = say;
    this.#groups = new ControlGroups(setup.limits);
  }

  hear(message: Exclude<ToHost, { kind: 'setup' | 'end' }>): void {
    if (message.kind === 'message') this.#message(message.sessionId, message.data);
    else if (message.kind === 'open') this.#live(message.order);
    else if (message.kind === 'again') this.#again(message.sessionId);
    else this.#say({ kind: 'held', data: this.#held() });
  }

  /** Ends every shell; resolves when their trees are dead, or would not die. */
  async end(): Promise<void> {
    this.#ending = 'yes';
    this.#ended.resolve();
    for (const { shell } of this.#open.values()) shell.stop();
    await Promise.all(this.#alive);
  }

  #message(sessionId: string, data: Uint8Array): void {
    const open = this.#open.get(sessionId);
    if (!open) return;
    const message = messageFor(open.session, data);
    if (message) open.shell.receive(message);
    else this.#say({ kind: 'unreadable', sessionId });
  }

  #again(sessionId: string): void {
    const open = this.#open.get(sessionId);
    if (open) this.#report(sessionId, open.started);
  }

  #held(): Uint8Array {
    const opening = [...this.#opening].map((sessionId) => ({ sessionId }));
    const sessions = [...opening, ...[...this.#open.values()].map(({ shell }) => shell.held)];
    return toBinary(HeldSessionsSchema, create(HeldSessionsSchema, { sessions }));
  }

  #report(sessionId: string, what: ShellReport): void {
    const data = toBinary(SessionReportSchema, create(SessionReportSchema, { sessionId, what }));
    this.#say({ kind: 'report', sessionId, data });
  }

  #live(bytes: Uint8Array): void {
    const session = sessionOf(bytes);
    const { sessionId } = session.order;
    this.#opening.add(sessionId);
    const life = this.#run(session).then((survivors) => this.#say({ kind: 'over', sessionId, survivors }));
    this.#alive.add(life);
    void life.finally(() => this.#alive.delete(life));
  }

  /** One shell from its order to its end; gives what of its tree could not be killed. */
  async #run(session: AdmittedSession): Promise<readonly number[]> {
    const { sessionId } = session.order;
    try {
      const openable = await prepareEndpoint(session.order, { inherited: this.#setup.inherited, groups: this.#groups });
      if (this.#ending === 'yes') throw new CannotStart('the agent is about to end');
      return await this.#hold(session, openable);
    } catch (error) {
      const info = error instanceof CannotStart ? error.message : `the system could not open it (${codeOf(error)})`;
      this.#say({ kind: 'refused', sessionId, info });
      return [];
    } finally {
      this.#opening.delete(sessionId);
      this.#open.delete(sessionId);
    }
  }

  async #hold(session: AdmittedSession, { name, open }: Openable): Promise<readonly number[]> {
    const { order } = session;
    const { sessionId, columns, rows } = order;
    const member = { instanceId: order.instanceId, invocationTaskId: sessionId };
    const killed = Promise.withResolvers<number[]>();
    let exited = false;
    const shell = new Shell({
      ...{ sessionId, columns, rows },
      silentMs: Math.max(order.graceSeconds * 1_000, LEAST_SILENCE_MS),
      longestMs: Math.min(order.longestSeconds * 1_000, TIMER_MAX_MS),
      open: (sink) => {
        const endpoint = open(sink);
        void endpoint.exited.catch(() => undefined).then(() => (exited = true));
        return endpoint;
      },
      killTree: () => killTree(member, { groups: this.#groups, exited: () => exited }).then(killed.resolve),
      report: (what) => this.#report(sessionId, what),
    });
    const started: ShellReport = { case: 'started', value: { shell: name, keptBytes: KEPT_OUTPUT } };
    this.#opening.delete(sessionId);
    this.#open.set(sessionId, { session, shell, started });
    this.#report(sessionId, started);
    const survivors = await killed.promise;
    this.#groups.remove(member);
    // the service is told until it knows, for as long as there is an agent that could
    await Promise.race([shell.over, this.#ended.promise]);
    return survivors;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
