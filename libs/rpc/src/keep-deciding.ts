import { Refusal } from '@muster/kernel';

/** Tells when somebody's permissions may have changed. */
export interface PermissionChanges {
  /** The listener hears the root uin of the account that changed, or nothing when changes of any account may have been missed. */
  subscribe(listener: (accountUin?: string) => void): Disposable;
}

/** An open stream and what it was decided on. */
export interface OpenStream {
  readonly accountUin: string;
  /** Asks again what was asked about the call, with the same credential. Throws what the call would now be refused with. */
  readonly decideAgain: () => Promise<void>;
  readonly changes: PermissionChanges | undefined;
}

/** Decisions about a stream for as long as it is open; disposing ends them. */
export interface StandingDecision extends Disposable {
  /** Rejects with the refusal once the stream may not go on; never resolves. */
  readonly refused: Promise<never>;
}

/** How often a stream is decided again when no change is heard of: the bus may be away. */
export const EVERY_MS = 30_000;
/** How long a stream may go on without a decision that could be had. */
export const LONGEST_MS = 60_000;
const RETRY_MS = 1_000;

/** Decides an open stream again at every change of its account's permissions, and every 30 s besides. */
export function keepDeciding({ accountUin, decideAgain, changes }: OpenStream): StandingDecision {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  // a stream that has ended by itself asks no more
  refused.catch(() => undefined);
  let next: NodeJS.Timeout | undefined;
  let lease: NodeJS.Timeout | undefined;
  let state: 'idle' | 'deciding' | 'changed meanwhile' | 'ended' = 'idle';

  const end = () => {
    state = 'ended';
    clearTimeout(next);
    clearTimeout(lease);
    subscription?.[Symbol.dispose]();
  };
  const refuse = (refusal: unknown) => {
    end();
    reject(refusal);
  };
  const renewLease = () => {
    clearTimeout(lease);
    lease = setTimeout(() => refuse(undecided()), LONGEST_MS).unref();
  };
  const decide = async () => {
    if (state === 'ended') return;
    if (state !== 'idle') {
      state = 'changed meanwhile';
      return;
    }
    state = 'deciding';
    clearTimeout(next);
    const delay = await decideAgain().then(
      () => {
        if (current() !== 'ended') renewLease();
        return EVERY_MS;
      },
      (error: unknown) => {
        if (current() !== 'ended' && isFinal(error)) refuse(error);
        return RETRY_MS;
      },
    );
    if (current() === 'ended') return;
    const again = current() === 'changed meanwhile';
    state = 'idle';
    if (again) void decide();
    else next = setTimeout(() => void decide(), delay).unref();
  };
  // what callbacks did to the state is not seen by the compiler
  const current = (): typeof state => state;

  const subscription = changes?.subscribe((changed) => {
    if (changed === undefined || changed === accountUin) void decide();
  });
  next = setTimeout(() => void decide(), EVERY_MS).unref();
  renewLease();
  return { refused, [Symbol.dispose]: end };
}

/** No answer is not yet a refusal: the decision that stands is good for its minute. */
function isFinal(error: unknown): boolean {
  return error instanceof Refusal && error.kind !== 'unavailable';
}

function undecided(): Refusal {
  return new Refusal(
    'unavailable',
    'ServiceUnavailable',
    `no access decision could be had for ${LONGEST_MS / 1_000} s; the stream was ended`,
  );
}
