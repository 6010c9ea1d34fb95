/** What a task's folder shows. */
export interface Traces {
  readonly result: boolean;
  /** The supervisor wrote an exit status. */
  readonly exited: boolean;
  /** Somebody may have started the script. */
  readonly permit: boolean;
  /** The boot in which it was launched. */
  readonly bootId: string | undefined;
}

/** How far a task got on this machine. */
export type Standing = 'claimed' | 'running' | 'exited' | 'lost' | 'finished';

/** Reads the standing from the traces. A script is only believed to run, or to be about to, in the boot that launched it, under a supervisor that lives. */
export function standingOf(traces: Traces, now: { bootId: string; supervised: boolean }): Standing {
  if (traces.result) return 'finished';
  if (traces.exited) return 'exited';
  if (traces.bootId === now.bootId && now.supervised) return 'running';
  return traces.permit ? 'lost' : 'claimed';
}

/** Why the agent ended a script. */
export type Cause = 'TIMEOUT' | 'TERMINATED';

/** How it went, before the words for it are chosen. */
export type End =
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'exited';
      readonly status: number;
      readonly reached: readonly string[];
      /** Whether the system killed something of it because memory ran out. */
      readonly outOfMemory: boolean;
    }
  | { readonly kind: 'lost'; readonly rebooted: boolean };

/** What is reported. */
export interface Outcome {
  readonly outcome: 'SUCCESS' | 'FAILED' | 'TIMEOUT' | 'TERMINATED' | 'START_FAILED' | 'INTERRUPTED';
  /** -1 when the script did not end by itself. */
  readonly exitCode: number;
  /** For people; empty when there is nothing to say. */
  readonly errorInfo: string;
}

/** Who and where a script was to run, for the sentence that says why it could not. */
export interface Place {
  readonly username: string;
  readonly workingDirectory: string;
}

/** The outcome of a task. The first cause wins over whatever the script did after it. */
export function outcomeOf(
  end: End,
  { cause, survivors, place }: { cause: Cause | undefined; survivors: readonly number[]; place: Place },
): Outcome {
  if (cause) {
    const errorInfo = survivors.length === 0 ? '' : `these processes could not be killed: ${survivors.join(', ')}`;
    return { outcome: cause, exitCode: -1, errorInfo };
  }
  switch (end.kind) {
    case 'refused':
      return { outcome: 'START_FAILED', exitCode: -1, errorInfo: end.reason };
    case 'lost':
      return { outcome: 'INTERRUPTED', exitCode: -1, errorInfo: lostBecause(end.rebooted) };
    case 'exited':
      return exited(end, place);
  }
}

function lostBecause(rebooted: boolean): string {
  return rebooted
    ? 'INTERRUPTED: the machine restarted while the script ran, so its end cannot be known'
    : 'INTERRUPTED: the supervisor of the script died, so its end cannot be known';
}

function exited({ status, reached, outOfMemory }: Extract<End, { kind: 'exited' }>, place: Place): Outcome {
  const { username, workingDirectory } = place;
  if (!reached.includes('user'))
    return startFailed(`InvalidUser: the system did not let the agent run a process as user \`${username}\``);
  if (!reached.includes('directory'))
    return startFailed(`InvalidWorkingDirectory: user \`${username}\` may not enter \`${workingDirectory}\``);
  if (status === 0) return { outcome: 'SUCCESS', exitCode: 0, errorInfo: '' };
  return { outcome: 'FAILED', exitCode: status, errorInfo: outOfMemory ? OUT_OF_MEMORY : signalHint(status) };
}

function startFailed(errorInfo: string): Outcome {
  return { outcome: 'START_FAILED', exitCode: -1, errorInfo };
}

const OUT_OF_MEMORY = 'OUT_OF_MEMORY: memory ran out, and the system killed the script or a part of it';

// a shell cannot tell `exit 137` from SIGKILL, so this is said as what it is: a convention
const SIGNALS: Readonly<Record<number, string>> = {
  129: 'HUP',
  130: 'INT',
  131: 'QUIT',
  134: 'ABRT',
  136: 'FPE',
  137: 'KILL, for instance because memory ran out',
  139: 'SEGV',
  141: 'PIPE',
  143: 'TERM',
};

function signalHint(status: number): string {
  const signal = SIGNALS[status];
  return signal ? `exit code ${status} is how a shell reports signal ${signal}` : '';
}
