import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CastEvent } from './cast-reader.ts';
import { otherSpeed, Playback } from './playback.ts';

const at = (...times: number[]): CastEvent[] => times.map((atMs) => ({ atMs, kind: 'o', text: `at ${atMs}` }));
const texts = (events: readonly CastEvent[]) => events.map(({ atMs }) => atMs);

function playback(options: ConstructorParameters<typeof Playback>[0], ...times: number[]) {
  const made = new Playback(options);
  made.add(at(...times));
  return made;
}

describe('playing a recording', () => {
  it('brings events when they are due, and stops at the end', () => {
    const play = playback({}, 0, 100, 2_000);
    expect([play.isPlaying, play.dueIn(0), texts(play.due(5_000))]).toEqual([false, undefined, [0]]);
    play.play(10_000);
    expect([play.dueIn(10_000), texts(play.due(10_100)), play.dueIn(10_500)]).toEqual([100, [100], 1_500]);
    expect([play.positionMs(11_000), texts(play.due(13_000)), play.isAtEnd, play.isPlaying]).toEqual([
      1_000,
      [2_000],
      true,
      false,
    ]);
    expect([play.positionMs(20_000), play.durationMs, play.dueIn(20_000)]).toEqual([2_000, 2_000, undefined]);
  });

  it('stands still while it is paused', () => {
    const play = playback({}, 1_000);
    play.play(0);
    play.pause(400);
    expect(play.positionMs(90_000)).toBe(400);
    play.play(100_000);
    expect(play.dueIn(100_000)).toBe(600);
  });

  it('plays faster and slower from where it stands', () => {
    const play = playback({ speed: 2 }, 0, 1_000, 5_000);
    play.play(0);
    expect(play.dueIn(0)).toBe(0);
    play.due(0);
    expect(play.dueIn(0)).toBe(500);
    play.setSpeed(0.5, 250);
    expect([play.positionMs(250), play.dueIn(250), play.positionMs(1_250)]).toEqual([500, 1_000, 1_000]);
    play.pause(1_250);
    play.setSpeed(8, 1_250);
    expect([play.speed, play.positionMs(9_000)]).toEqual([8, 1_000]);
  });

  it('shortens silence, and still tells the time of the recording', () => {
    const play = playback({ idleLimitMs: 1_000 }, 0, 60_000, 60_500);
    play.play(0);
    play.due(0);
    expect([play.dueIn(0), play.positionMs(500), play.durationMs]).toEqual([1_000, 30_000, 60_500]);
    expect([texts(play.due(1_200)), play.positionMs(1_200)]).toEqual([[60_000], 60_200]);
  });

  it('goes forward by drawing what lies between, and back by drawing from the start', () => {
    const play = playback({}, 0, 1_000, 2_000, 3_000);
    expect(play.seek(1_500, 0)).toEqual({ fromStart: false, events: at(0, 1_000) });
    expect(play.seek(1_800, 0)).toEqual({ fromStart: false, events: [] });
    play.play(0);
    expect([play.positionMs(100), play.dueIn(100)]).toEqual([1_900, 100]);
    expect(play.seek(500, 100)).toEqual({ fromStart: true, events: at(0) });
    expect([play.positionMs(200), play.isPlaying]).toEqual([600, true]);
    expect(play.seek(99_000, 200).events.length).toBe(3);
    expect(play.seek(-5, 300)).toEqual({ fromStart: true, events: at(0) });
  });

  it('takes more events while it plays, and times that fall as if they stood still', () => {
    const play = playback({}, 1_000, 900);
    play.play(0);
    expect([play.durationMs, texts(play.due(1_000)), play.isPlaying]).toEqual([1_000, [1_000, 900], false]);
    play.add(at(1_500));
    play.play(2_000);
    expect(play.dueIn(2_000)).toBe(500);
  });

  it('has nothing to play of an empty recording', () => {
    const play = playback({});
    play.play(0);
    expect([play.due(9), play.isPlaying, play.positionMs(9), play.seek(5, 9).events]).toEqual([[], false, 0, []]);
  });

  it('draws every event once between two jumps, whatever is done to it', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('pass' as const), by: fc.nat(3_000) }),
      fc.record({ do: fc.constant('seek' as const), by: fc.nat(12_000) }),
      fc.record({ do: fc.constantFrom('play' as const, 'pause' as const), by: fc.constant(0) }),
      fc.record({ do: fc.constant('speed' as const), by: fc.constantFrom(0.5, 1, 8) }),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(2_000)), fc.nat(3_000), fc.array(action), (gaps, idleLimitMs, actions) => {
        let last = 0;
        const times = gaps.map((gap) => (last += gap));
        const play = playback({ idleLimitMs }, ...times);
        let now = 0;
        let drawn: number[] = [];
        for (const { do: what, by } of actions) {
          if (what === 'pass') now += by;
          else if (what === 'play') play.play(now);
          else if (what === 'pause') play.pause(now);
          else if (what === 'speed') play.setSpeed(by, now);
          else {
            const jump = play.seek(by, now);
            drawn = [...(jump.fromStart ? [] : drawn), ...texts(jump.events)];
          }
          drawn.push(...texts(play.due(now)));
          expect(drawn).toEqual(times.slice(0, drawn.length));
          const position = play.positionMs(now);
          expect(position).toBeGreaterThanOrEqual(drawn.at(-1) ?? 0);
          expect(position).toBeLessThanOrEqual(times[drawn.length] ?? play.durationMs);
        }
      }),
    );
  });

  it('knows five speeds', () => {
    expect([
      otherSpeed(1, 'faster'),
      otherSpeed(1, 'slower'),
      otherSpeed(8, 'faster'),
      otherSpeed(0.5, 'slower'),
    ]).toEqual([2, 0.5, 8, 0.5]);
    expect(otherSpeed(3, 'faster')).toBe(4);
  });
});
