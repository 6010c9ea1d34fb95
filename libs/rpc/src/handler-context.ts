import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, type ContextValues, createContextValues, type HandlerContext } from '@connectrpc/connect';
import type { Metadata } from '@grpc/grpc-js';
import { toHeaders } from './grpc-metadata.ts';

/** What of a grpc-js call a context needs. */
export interface ServedCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  on(event: 'cancelled', listener: () => void): unknown;
  getDeadline(): Date | number;
  getHost(): string;
  getPath(): string;
}

const ENDED = new ConnectError('the call has ended', Code.Canceled);

/**
 * What a handler is told about the call that it answers. Headers and the abort signal are made when they are first asked for: most
 * calls never look, and making them costs as much as a decision.
 */
export class CallContext implements HandlerContext {
  readonly service: DescService;
  readonly method: DescMethod;
  readonly protocolName = 'grpc';
  readonly requestMethod = 'POST';
  readonly values: ContextValues = createContextValues();
  readonly #call: ServedCall;
  #requestHeader: Headers | undefined;
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;
  #abort: AbortController | undefined;
  #ended: boolean = false;

  constructor(method: DescMethod, call: ServedCall) {
    this.service = method.parent;
    this.method = method;
    this.#call = call;
    // also at the deadline
    call.on('cancelled', () => this.end());
  }

  get url(): string {
    return `http://${this.#call.getHost()}${this.#call.getPath()}`;
  }

  get requestHeader(): Headers {
    this.#requestHeader ??= toHeaders(this.#call.metadata);
    return this.#requestHeader;
  }

  get responseHeader(): Headers {
    this.#responseHeader ??= new Headers();
    return this.#responseHeader;
  }

  get responseTrailer(): Headers {
    this.#responseTrailer ??= new Headers();
    return this.#responseTrailer;
  }

  /** What a handler has set; undefined when it did not look. */
  get setHeaders(): { readonly header: Headers | undefined; readonly trailer: Headers | undefined } {
    return { header: this.#responseHeader, trailer: this.#responseTrailer };
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#ended || this.#call.cancelled) this.#abort.abort(ENDED);
    return this.#abort.signal;
  }

  readonly timeoutMs = (): number | undefined => {
    const deadline = Number(this.#call.getDeadline());
    return Number.isFinite(deadline) ? deadline - Date.now() : undefined;
  };

  /** Aborts whatever the handler left running. */
  end(): void {
    this.#ended = true;
    this.#abort?.abort(ENDED);
  }
}
