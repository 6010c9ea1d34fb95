import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { InvocationService, OfflinePolicy, TokenService } from '@muster/contract';
import type { Constellation } from '@muster/dev-env';
import { Refusal } from '@muster/kernel';
import { createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import type { CallFact } from './facts.ts';
import type { PlannedCall } from './plan.ts';
import { type Outside, scriptText } from './scripts.ts';

/** A call that takes longer is given up and made again. */
const CALL_MS = 5_000;
/** Calls under way at once, waiting for their answers. */
const MOST_CALLS = 60;
/** A caller does not take these for an answer. */
const NO_ANSWER = new Set(['unavailable', 'exhausted', 'unauthenticated']);

/** What the load needs. */
export interface LoadOptions {
  readonly constellation: Constellation;
  readonly outside: Outside;
  /** Seconds that tasks wait for a machine that is away. */
  readonly offlineSeconds: number;
  /** Aborts when nobody waits for answers any more. */
  readonly signal: AbortSignal;
}

/** A careful client: it repeats what was not answered under the same client token, and remembers what it was answered. */
export class Load {
  readonly calls: CallFact[] = [];
  /** Ids of the write requests that were answered as done. */
  readonly acceptedRequests: string[] = [];
  readonly figures = { attempts: 0, cancels: 0, repeatedFor: {} as Record<string, number> };
  readonly #options: LoadOptions;
  readonly #clients: Readonly<Record<PlannedCall['via'], Client<typeof InvocationService>>>;
  readonly #renew: () => Promise<string>;
  readonly #underWay = new Set<Promise<void>>();
  #token: Promise<string> | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { url, grpc, root } = options.constellation;
    const anonymous = createConnectTransport({ baseUrl: url, httpVersion: '1.1' });
    const tokens = createServiceClient(TokenService, anonymous);
    this.#renew = async () => {
      const { token } = await tokens.exchangeAccessKey(signExchange(root, Date.now()), { timeoutMs: CALL_MS });
      return token;
    };
    const client = (transport: Transport) => createServiceClient(InvocationService, transport);
    this.#clients = {
      connect: client(createConnectTransport({ baseUrl: url, httpVersion: '1.1' })),
      grpc: client(grpcTransport({ address: grpc.invocation })),
    };
  }

  /** The service's own door. */
  get client(): Client<typeof InvocationService> {
    return this.#clients.grpc;
  }

  /** What calls prove themselves with. Rejects when no token can be had now. */
  async headers(): Promise<{ authorization: string }> {
    this.#token ??= this.#renew();
    const token = this.#token;
    try {
      return { authorization: `Bearer ${await token}` };
    } catch (error) {
      // somebody else may have asked for another meanwhile
      if (this.#token === token) this.#token = undefined;
      throw error;
    }
  }

  /** Makes the calls at their times; each waits for `room` first. Resolves when the last one was begun, or the signal aborts. */
  async run(calls: readonly PlannedCall[], { began, room, signal }: RunOptions): Promise<void> {
    for (const call of calls) {
      await sleep(Math.max(0, began + call.at - performance.now()), undefined, { signal }).catch(() => {});
      while (!signal.aborted && (this.#underWay.size >= MOST_CALLS || !room())) await sleep(50);
      if (signal.aborted) return;
      const making = this.#make(call).finally(() => this.#underWay.delete(making));
      this.#underWay.add(making);
    }
  }

  /** Resolves when every call is answered, or given up. */
  async answered(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #make(planned: PlannedCall): Promise<void> {
    const { name, script, machines, via, waits, cancelAfterMs } = planned;
    const { constellation, outside, offlineSeconds, signal } = this.#options;
    const instanceIds = machines.map((number) => constellation.machines[number]!.instanceId);
    const fact = { name, script, machines: machines.length, cancelled: false };
    const at = this.calls.push({ ...fact, answer: { kind: 'unanswered' } }) - 1;
    const outcome = await this.#ask(name, (headers) =>
      this.#clients[via].runCommand(
        {
          content: Buffer.from(scriptText(script, outside)),
          instanceIds,
          commandName: name,
          clientToken: name,
          workingDirectory: '/tmp',
          timeout: script.timeoutSeconds,
          ...(waits ? { offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: offlineSeconds } : {}),
        },
        { timeoutMs: CALL_MS, headers },
      ),
    );
    if (outcome.kind === 'unanswered') return;
    if (outcome.kind === 'refused') {
      this.calls[at] = { ...fact, answer: outcome };
      return;
    }
    const { invocationId } = outcome.answer;
    this.calls[at] = { ...fact, answer: { kind: 'accepted', invocationId } };
    if (cancelAfterMs === undefined) return;
    await sleep(cancelAfterMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    this.calls[at] = { ...fact, cancelled: true, answer: { kind: 'accepted', invocationId } };
    this.figures.cancels += 1;
    await this.#ask(`${name}-cancel`, (headers) =>
      this.#clients[via].cancelInvocation({ invocationId }, { timeoutMs: CALL_MS, headers }),
    );
  }

  /** Asks until there is an answer, each time under a request id of its own. */
  async #ask<T>(name: string, ask: (headers: Record<string, string>) => Promise<T>): Promise<Outcome<T>> {
    const { signal } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const requestId = `${name}-${attempt}`;
      this.figures.attempts += 1;
      try {
        const answer = await ask({ ...(await this.headers()), 'x-request-id': requestId });
        this.acceptedRequests.push(requestId);
        return { kind: 'accepted', answer };
      } catch (error) {
        if (error instanceof Refusal && error.kind === 'unauthenticated') this.#token = undefined;
        if (error instanceof Refusal && !NO_ANSWER.has(error.kind))
          return { kind: 'refused', reason: error.reason, attempts: attempt };
        this.#count(error);
        await sleep(Math.min(2_000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2), undefined, { signal }).catch(
          () => {},
        );
      }
    }
    return { kind: 'unanswered' };
  }

  /** Counts why a call is made again: the code of the API, or what an error says that has none. */
  #count(error: unknown): void {
    const { repeatedFor } = this.figures;
    const why = (error instanceof Refusal ? `${error.reason}: ${error.message}` : String(error)).replaceAll(
      /\d+/g,
      'N',
    );
    repeatedFor[why] = (repeatedFor[why] ?? 0) + 1;
  }
}

/** When calls are made. */
export interface RunOptions {
  /** By the clock of `performance`. */
  readonly began: number;
  /** Whether there is room for more tasks. */
  readonly room: () => boolean;
  /** Aborts when no more are to be made. */
  readonly signal: AbortSignal;
}

type Outcome<T> =
  | { readonly kind: 'accepted'; readonly answer: T }
  | { readonly kind: 'refused'; readonly reason: string; readonly attempts: number }
  | { readonly kind: 'unanswered' };
