import type { Recorder, RecorderEvents } from '../relay/recorder.ts';

/** Of a session whose policy says that nothing is recorded. */
export class Unrecorded implements Recorder {
  readonly #events: RecorderEvents;
  #next = 0;

  constructor(events: RecorderEvents) {
    this.#events = events;
  }

  get next(): number {
    return this.#next;
  }

  get committed(): number {
    return this.#next;
  }

  output(bytes: Uint8Array): void {
    this.missed(this.#next + bytes.length);
  }

  missed(until: number): void {
    this.#next = until;
    // not within the call: who gives output is not yet done with it
    queueMicrotask(() => this.#events.onCommitted());
  }

  input(): void {}
  note(): void {}
  resized(): void {}
  async seal(): Promise<void> {}
  async close(): Promise<void> {}
}
