/** Chance that repeats: the same seed gives the same numbers (mulberry32). For tests only. */
export interface Dice {
  /** 0 to `most` - 1. */
  below(most: number): number;
  chance(share: number): boolean;
  of<T>(items: readonly T[]): T;
  /** `least` to `most` things. */
  some<T>(make: () => T, least: number, most: number): T[];
}

export function dice(seed: number): Dice {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (most: number) => Math.floor(next() * most);
  return {
    below,
    chance: (share) => next() < share,
    of: (items) => items[below(items.length)]!,
    some: (make, least, most) => {
      const made = [];
      for (let left = least + below(most - least + 1); left > 0; left--) made.push(make());
      return made;
    },
  };
}
