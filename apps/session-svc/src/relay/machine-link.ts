import { type KeyObject, sign } from 'node:crypto';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Bus, subjects } from '@muster/bus';
import { SessionMessageSchema, SignedSessionMessageSchema, SignedSessionOrderSchema } from '@muster/contract';
import { signedText } from '@muster/terminal';

/** What can be said to an open shell. */
export type MachineWord = NonNullable<MessageInitShape<typeof SessionMessageSchema>['what']>;

/** So many numbers are put aside in the row at once. A restart goes on behind them, so that none is used twice. */
export const SEQUENCE_BLOCK = 1_000_000;

/** One session's way to its machine. */
export interface MachineLinkOptions {
  readonly bus: Pick<Bus, 'publish' | 'publishToListener'>;
  readonly to: { readonly tenant: string; readonly instanceId: string; readonly sessionId: string };
  readonly key: KeyObject;
  /** Numbers from `next` up to before `end` are put aside for this process. */
  readonly sequence: { readonly next: number; readonly end: number };
  /** Puts the next block aside; resolves with where it ends. */
  readonly reserve: (end: number) => Promise<void>;
}

/** Signs what is said to one shell, numbers it, and sends it. Nothing that is sent counts on arriving. */
export class MachineLink {
  readonly #options: MachineLinkOptions;
  readonly #subject: string;
  #next: number;
  #end: number;
  #reserving: 'no' | 'yes' = 'no';

  constructor(options: MachineLinkOptions) {
    this.#options = options;
    this.#subject = subjects.serviceSessionDown(options.to, 'message');
    this.#next = options.sequence.next;
    this.#end = options.sequence.end;
  }

  /** Sends the order that opens the shell, as invocation-svc signed it; `nobody` is called when the machine is not connected. */
  open(order: Uint8Array, nobody: () => void): void {
    const { bus, to } = this.#options;
    const subject = subjects.serviceSessionDown(to, 'open');
    bus.publishToListener(subject, SignedSessionOrderSchema, fromBinary(SignedSessionOrderSchema, order), nobody);
  }

  /** Says something. Nothing is said with a number that may have been used: without one, it is lost. */
  say(what: MachineWord): void {
    if (this.#next > this.#end - SEQUENCE_BLOCK / 2) this.#reserve();
    if (this.#next >= this.#end) return;
    const { bus, key, to } = this.#options;
    const words = create(SessionMessageSchema, { sessionId: to.sessionId, sequence: BigInt(this.#next++), what });
    const message = toBinary(SessionMessageSchema, words);
    const signature = sign(null, signedText('message', message), key);
    bus.publish(this.#subject, SignedSessionMessageSchema, { message, signature });
  }

  #reserve(): void {
    if (this.#reserving === 'yes') return;
    this.#reserving = 'yes';
    const end = this.#end + SEQUENCE_BLOCK;
    this.#options
      .reserve(end)
      .then(
        () => {
          this.#end = end;
        },
        // what is said next tries again
        () => undefined,
      )
      .finally(() => {
        this.#reserving = 'no';
      });
  }
}
