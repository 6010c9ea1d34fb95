import { type CastEvent, type CastHeader, Playback, sizeIn } from '@muster/terminal';
import { looks } from '../terminal/looks.ts';
import { Screen, type ScreenEvents } from '../terminal/screen.ts';

/** No silence lasts longer than this while silence is skipped. */
const LONGEST_SILENCE_MS = 1_000;
/** How often the place on the scrubber moves while nothing is printed. */
const TICK_MS = 100;

/** What the page shows of a player; replaced as a whole with every change. */
export interface PlayerView {
  readonly positionMs: number;
  readonly durationMs: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly skipsSilence: boolean;
}

/** Plays a recording on a screen that cannot type. Events may come while it plays. */
export class Player {
  readonly screen: Screen;
  readonly #events: CastEvent[] = [];
  #playback = new Playback({ idleLimitMs: LONGEST_SILENCE_MS });
  #skipsSilence: 'yes' | 'no' = 'yes';
  /** The size that the recording begins with, and the one that it has where it stands. */
  #first = { columns: 80, rows: 24 };
  #size = this.#first;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #view: PlayerView = { positionMs: 0, durationMs: 0, playing: false, speed: 1, skipsSilence: true };
  readonly #listeners = new Set<() => void>();

  constructor(events: Pick<ScreenEvents, 'followed' | 'selected'>, dark: boolean) {
    this.screen = new Screen(events, { looks: looks(), dark, answers: false });
    this.screen.readOnly = true;
  }

  readonly view = () => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Adds what was read. */
  add(events: readonly CastEvent[], header: CastHeader | undefined): void {
    if (this.#events.length === 0 && header) this.#begin(header);
    this.#events.push(...events);
    this.#playback.add(events);
    this.#show();
    if (this.#playback.isPlaying) this.#run();
  }

  play(): void {
    if (this.#playback.isAtEnd) this.#goTo(0);
    this.#playback.play(performance.now());
    this.#run();
  }

  pause(): void {
    this.#playback.pause(performance.now());
    this.#run();
  }

  toggle(): void {
    if (this.#playback.isPlaying) this.pause();
    else this.play();
  }

  /** Goes to a place, in milliseconds from the start; it plays there if it played here. */
  seek(toMs: number): void {
    this.#goTo(toMs);
    this.#run();
  }

  setSpeed(speed: number): void {
    this.#playback.setSpeed(speed, performance.now());
    this.#run();
  }

  skipSilence(skips: boolean): void {
    const now = performance.now();
    const { isPlaying, speed } = this.#playback;
    const at = this.#playback.positionMs(now);
    this.#skipsSilence = skips ? 'yes' : 'no';
    this.#playback = new Playback({ speed, ...(skips && { idleLimitMs: LONGEST_SILENCE_MS }) });
    this.#playback.add(this.#events);
    this.#empty();
    this.#draw(this.#playback.seek(at, now).events);
    if (isPlaying) this.#playback.play(now);
    this.#run();
  }

  /** The room around it has changed. */
  layout(): void {
    this.screen.fitTo(this.#size.columns, this.#size.rows, looks().fontSize);
  }

  restyle(dark: boolean): void {
    this.screen.restyle(looks(), dark);
    this.layout();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.screen.dispose();
  }

  #begin({ columns, rows }: CastHeader): void {
    this.#first = { columns, rows };
    this.#resize(this.#first);
  }

  #goTo(toMs: number): void {
    const jump = this.#playback.seek(toMs, performance.now());
    if (jump.fromStart) this.#empty();
    this.#draw(jump.events);
  }

  #run(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#draw(this.#playback.due(now));
    this.#show();
    const wait = this.#playback.dueIn(now);
    if (wait !== undefined) this.#timer = setTimeout(() => this.#run(), Math.min(wait, TICK_MS));
  }

  #empty(): void {
    const first = this.#first;
    this.screen.empty(() => this.#resize(first));
  }

  /** Sizes change between what was printed before and after, so they wait their turn. */
  #draw(events: readonly CastEvent[]): void {
    let text = '';
    for (const event of events) {
      const size = sizeIn(event);
      if (event.kind === 'o') text += event.text;
      if (!size) continue;
      this.screen.print(text, () => this.#resize(size));
      text = '';
    }
    if (text) this.screen.print(text);
  }

  #resize(size: { columns: number; rows: number }): void {
    this.#size = { columns: Math.min(size.columns, 1_000), rows: Math.min(size.rows, 1_000) };
    this.layout();
  }

  #show(): void {
    const now = performance.now();
    this.#view = {
      // whole ones: what comes back from a clock that shortens silence is a hair beside what was asked for
      positionMs: Math.round(this.#playback.positionMs(now)),
      durationMs: this.#playback.durationMs,
      playing: this.#playback.isPlaying,
      speed: this.#playback.speed,
      skipsSilence: this.#skipsSilence === 'yes',
    };
    for (const listener of [...this.#listeners]) listener();
  }
}
