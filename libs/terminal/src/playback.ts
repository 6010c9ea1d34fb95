import type { CastEvent } from './cast-reader.ts';

/** How fast a recording may be played. */
export const SPEEDS = [0.5, 1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

/** What has to be drawn to stand somewhere else. */
export interface Jump {
  /** The screen must be emptied first: the events begin with the recording. */
  readonly fromStart: boolean;
  readonly events: readonly CastEvent[];
}

interface Entry {
  readonly event: CastEvent;
  readonly atMs: number;
  /** When it is played, on a clock that shortens silence and runs at speed 1. */
  readonly played: number;
}

/**
 * Plays a recording: says which events are due, and when the next one is. Times of the recording are milliseconds from its start; `now`
 * is milliseconds of any clock that never goes back. It begins paused, and stops by itself at the end. Events may be added while it plays.
 */
export class Playback {
  readonly #idleLimitMs: number;
  readonly #entries: Entry[] = [];
  /** The first event that has not been drawn. */
  #next = 0;
  /** Where it stood on that clock at `since`; it runs since then unless that is undefined. */
  #stood = 0;
  #since: number | undefined;
  #speed: number;

  /** `idleLimitMs`: no silence lasts longer than this when it is played. */
  constructor({ idleLimitMs = Number.POSITIVE_INFINITY, speed = 1 }: { idleLimitMs?: number; speed?: number } = {}) {
    this.#idleLimitMs = idleLimitMs;
    this.#speed = speed;
  }

  /** How long the recording is, as far as it is known. */
  get durationMs(): number {
    return this.#entries.at(-1)?.atMs ?? 0;
  }

  get speed(): number {
    return this.#speed;
  }

  get isPlaying(): boolean {
    return this.#since !== undefined;
  }

  /** Everything that is known has been drawn. */
  get isAtEnd(): boolean {
    return this.#next === this.#entries.length;
  }

  /** Adds what follows. An event that claims to be earlier than the one before it is taken for as late as that. */
  add(events: readonly CastEvent[]): void {
    for (const event of events) {
      const before = this.#entries.at(-1) ?? { atMs: 0, played: 0 };
      const atMs = Math.max(event.atMs, before.atMs);
      const played = before.played + Math.min(atMs - before.atMs, this.#idleLimitMs);
      this.#entries.push({ event, atMs, played });
    }
  }

  /** Where it stands in the recording. */
  positionMs(now: number): number {
    return this.#elsewhere(this.#clock(now), 'played', 'atMs');
  }

  play(now: number): void {
    this.#since ??= now;
  }

  pause(now: number): void {
    this.#stood = this.#clock(now);
    this.#since = undefined;
  }

  /** Plays from now on `speed` times as fast. */
  setSpeed(speed: number, now: number): void {
    this.#stood = this.#clock(now);
    if (this.#since !== undefined) this.#since = now;
    this.#speed = speed;
  }

  /** What has become due since the last call, in order. */
  due(now: number): CastEvent[] {
    const from = this.#next;
    this.#next = firstAfter(this.#entries, 'played', this.#clock(now));
    if (this.isAtEnd) this.pause(now);
    return this.#entries.slice(from, this.#next).map(({ event }) => event);
  }

  /** In how many milliseconds the next event is due; undefined while it does not play. */
  dueIn(now: number): number | undefined {
    const next = this.#entries[this.#next];
    if (this.#since === undefined || !next) return undefined;
    return Math.max(0, (next.played - this.#clock(now)) / this.#speed);
  }

  /** Goes to a place of the recording, playing or paused as before. Answers what has to be drawn for that. */
  seek(toMs: number, now: number): Jump {
    const target = Math.min(Math.max(0, toMs), this.durationMs);
    const wanted = firstAfter(this.#entries, 'atMs', target);
    const fromStart = wanted < this.#next;
    const entries = this.#entries.slice(fromStart ? 0 : this.#next, wanted);
    this.#next = wanted;
    this.#stood = this.#elsewhere(target, 'atMs', 'played');
    if (this.#since !== undefined) this.#since = now;
    return { fromStart, events: entries.map(({ event }) => event) };
  }

  #clock(now: number): number {
    const ran = this.#since === undefined ? 0 : Math.max(0, now - this.#since) * this.#speed;
    return Math.min(this.#stood + ran, this.#entries.at(-1)?.played ?? 0);
  }

  /** The same moment on the other scale: as far between the same two events. */
  #elsewhere(value: number, from: Scale, to: Scale): number {
    const at = firstAfter(this.#entries, from, value);
    const before = this.#entries[at - 1] ?? { atMs: 0, played: 0 };
    const after = this.#entries[at];
    if (!after) return before[to];
    return before[to] + ((value - before[from]) / (after[from] - before[from])) * (after[to] - before[to]);
  }
}

/** The next speed in this direction; the same at the end of the scale. */
export function otherSpeed(speed: number, direction: 'faster' | 'slower'): number {
  const found = direction === 'faster' ? SPEEDS.find((each) => each > speed) : SPEEDS.findLast((each) => each < speed);
  return found ?? speed;
}

type Scale = 'atMs' | 'played';

/** The index of the first entry that is later than `value` on this scale. */
function firstAfter(entries: readonly Entry[], scale: Scale, value: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]![scale] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
