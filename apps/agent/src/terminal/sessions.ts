import { create, toBinary } from '@bufbuild/protobuf';
import { type SessionOrder, SessionReportSchema } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import type { CredentialKeeper } from '../credential-keeper.ts';
import { tenantOf } from '../identity.ts';
import type { Refusals } from '../refusals.ts';
import type { Session } from '../session.ts';
import type { NotedIds } from '../spool/noted-ids.ts';
import type { ControlGroups } from '../supervisor/control-groups.ts';
import { admitSession } from './admit-session.ts';
import type { FromHost, HostSetup } from './host-messages.ts';
import { HostProcess } from './host-process.ts';
import { killLeftovers } from './leftovers.ts';

/** What sessions need of the agent. */
export interface SessionsOptions {
  readonly keeper: CredentialKeeper;
  readonly setup: HostSetup;
  readonly groups: ControlGroups;
  /** Every session that was opened here lately: an order opens one shell, however often it comes. */
  readonly opened: NotedIds;
  readonly veto: (order: SessionOrder) => string | undefined;
  readonly refusals: Refusals;
  readonly uplink: SessionUplink;
  readonly logger: Logger;
}

/** What the answer to a hello tells. */
export type Greeted = Pick<Session, 'epoch' | 'serviceNowMs'>;

/** Where to say something of sessions; what cannot be said now is lost. */
export interface SessionUplink {
  /** A serialised SessionReport. */
  report(sessionId: string, data: Uint8Array): void;
  /** A serialised HeldSessions. */
  held(data: Uint8Array): void;
}

/** How many refusals are remembered, to be told again to whoever asks again. */
const MOST_REFUSED = 1_000;
/** How long an agent that ends waits for the ends of its shells, which the host sees to in any case. */
const LAST_WORDS_MS = 2_000;

/** Orders for shells, and the terminal host that carries them out: it is there while a session is. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Set<string>();
  readonly #refused = new Map<string, string>();
  #host: HostProcess | undefined;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** The sessions of now. */
  get ids(): ReadonlySet<string> {
    return this.#open;
  }

  /** Judges an order at once, and notes it before anything else is done. */
  order(data: Uint8Array, { epoch, serviceNowMs }: Greeted): void {
    const { keeper, veto, opened, refusals, logger } = this.#options;
    const { instanceId, credentials } = keeper.identity;
    const judged = admitSession(data, {
      ...{ instanceId, epoch, serviceNowMs, veto },
      signingKeys: credentials.signingKeys,
      tenant: tenantOf(credentials),
      isKnown: (id) => opened.has(id),
    });
    if ('reason' in judged) {
      const { reason, sessionId, info } = judged;
      logger.warn({ reason, total: refusals.count(reason), sessionId, info }, 'refused an order for a session');
      if (info && sessionId) this.#refuse(sessionId, reason, info);
      else if (sessionId) this.#again(sessionId);
      return;
    }
    const { sessionId, username } = judged.order;
    try {
      opened.add(sessionId);
    } catch (error) {
      logger.error({ err: error, sessionId }, 'a session could not be noted, so it is not opened');
      this.#refuse(sessionId, 'start-failed', 'NO_SPACE: the agent could not write to its journal');
      return;
    }
    logger.info({ sessionId, username }, 'opening a session');
    this.#open.add(sessionId);
    this.#host ??= this.#begin();
    this.#host.send({ kind: 'open', order: judged.bytes });
  }

  /** Passes on what is said to a session. */
  message(sessionId: string, data: Uint8Array): void {
    if (this.#open.has(sessionId)) this.#host?.send({ kind: 'message', sessionId, data });
  }

  /** Tells which sessions there are. */
  tellHeld(): void {
    if (this.#host) this.#host.send({ kind: 'held' });
    else this.#options.uplink.held(new Uint8Array());
  }

  /** Ends all of them. */
  end(): void {
    this.#host?.send({ kind: 'end' });
  }

  /** The same for an agent that ends; resolves when it is done, or goes on without the agent. */
  async close(): Promise<void> {
    const host = this.#host;
    if (!host) return;
    this.end();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    await Promise.race([host.gone, late]);
    clearTimeout(timer);
    host.release();
  }

  /** The order came again: what was answered may have been lost. */
  #again(sessionId: string): void {
    const info = this.#refused.get(sessionId);
    if (info !== undefined) this.#tellRefused(sessionId, 'start-failed', info);
    else if (this.#open.has(sessionId)) this.#host?.send({ kind: 'again', sessionId });
  }

  #refuse(sessionId: string, code: string, info: string): void {
    this.#tellRefused(sessionId, code, info);
    if (code !== 'start-failed') return;
    for (const oldest of this.#refused.keys()) if (this.#refused.size >= MOST_REFUSED) this.#refused.delete(oldest);
    this.#refused.set(sessionId, info);
  }

  #tellRefused(sessionId: string, code: string, info: string): void {
    const what = { case: 'refused', value: { code, info } } as const;
    const report = create(SessionReportSchema, { sessionId, what });
    this.#options.uplink.report(sessionId, toBinary(SessionReportSchema, report));
  }

  #begin(): HostProcess {
    const host = new HostProcess(this.#options.setup, (message) => this.#hear(message));
    void host.gone.then(() => this.#lost(host));
    return host;
  }

  #hear(message: FromHost): void {
    const { uplink, refusals, logger } = this.#options;
    switch (message.kind) {
      case 'report':
        uplink.report(message.sessionId, message.data);
        break;
      case 'held':
        uplink.held(message.data);
        break;
      case 'unreadable': {
        const total = refusals.count('unreadable-message');
        logger.warn({ ...message, total }, 'dropped a message that nobody with the key of the session wrote');
        break;
      }
      case 'refused':
        logger.warn({ ...message }, 'a session could not be opened');
        this.#refuse(message.sessionId, 'start-failed', message.info);
        break;
      case 'over':
        this.#over(message.sessionId, message.survivors);
    }
  }

  #over(sessionId: string, survivors: readonly number[]): void {
    const { logger } = this.#options;
    if (survivors.length > 0) logger.error({ sessionId, survivors }, 'processes of a session could not be killed');
    logger.info({ sessionId }, 'a session is over');
    this.#open.delete(sessionId);
    if (this.#open.size > 0) return;
    this.#host?.release();
    this.#host = undefined;
  }

  /** A host that ends while sessions are open was killed, or failed: they are over, and nobody looks after what is left of them. */
  #lost(host: HostProcess): void {
    if (host !== this.#host) return;
    this.#host = undefined;
    const lost = [...this.#open];
    this.#open.clear();
    this.#options.logger.error({ lost }, 'the terminal host is gone, and with it every open session');
    void killLeftovers(lost, { ...this.#options, instanceId: this.#options.setup.instanceId });
    this.tellHeld();
  }
}
