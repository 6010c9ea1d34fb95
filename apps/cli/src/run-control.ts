/** A second Ctrl-C within this time cancels the run. */
export const SECOND_INTERRUPT_MS = 2_000;

/** Why watching ended before the run did. */
export type Departure = 'detached' | 'waited' | 'cancelled';

/** What a control does to the run that it is attached to. */
export interface ControlledRun {
  /** Called at the first Ctrl-C and at SIGTERM. */
  detaching(how: 'interrupt' | 'terminate'): void;
  /** Asks the service to cancel; rejects when it will not. */
  cancel(): Promise<void>;
}

/**
 * What the user wants while a run goes on, told by signals. The first Ctrl-C, and SIGTERM, leave the run to itself; a second
 * Ctrl-C cancels it, and how it ends is still watched; a third stops watching. Listens from the moment it is made, so that a
 * signal between request and answer is not lost.
 */
export class RunControl implements Disposable {
  readonly #end = new AbortController();
  #state: 'following' | 'asked' | 'cancelling' = 'following';
  #decision = Promise.resolve();
  #decided: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #run: ControlledRun | undefined;
  #departure: Departure | undefined;

  constructor() {
    process.on('SIGINT', this.#interrupt);
    process.on('SIGTERM', this.#terminate);
  }

  /** Aborted when watching is to end. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Why watching was ended; undefined while it goes on. */
  get departure(): Departure | undefined {
    return this.#departure;
  }

  /** Resolves at once, or after a Ctrl-C as soon as it is known whether a second one follows. */
  decision(): Promise<void> {
    return this.#decision;
  }

  /** The run exists. A Ctrl-C that came earlier counts now. */
  attach(run: ControlledRun): void {
    this.#run = run;
    if (this.#departure) run.detaching('terminate');
    else if (this.#state === 'asked') this.#ask(run);
    else if (this.#state === 'cancelling') this.#cancel(run);
  }

  /** Ends the watching. The first reason stays. */
  leave(departure: Departure): void {
    this.#departure ??= departure;
    this.#end.abort();
    this.#decided();
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#terminate);
    clearTimeout(this.#timer);
  }

  readonly #interrupt = () => {
    if (this.#state === 'following') {
      this.#state = 'asked';
      if (this.#run) this.#ask(this.#run);
    } else if (this.#state === 'asked') {
      this.#state = 'cancelling';
      clearTimeout(this.#timer);
      if (this.#run) this.#cancel(this.#run);
    } else this.leave('cancelled');
  };

  readonly #terminate = () => {
    this.#run?.detaching('terminate');
    this.leave('detached');
  };

  #ask(run: ControlledRun): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#decision = promise;
    this.#decided = resolve;
    run.detaching('interrupt');
    this.#timer = setTimeout(() => this.leave('detached'), SECOND_INTERRUPT_MS);
  }

  #cancel(run: ControlledRun): void {
    run.cancel().then(
      () => this.#decided(),
      () => this.leave('detached'),
    );
  }
}
