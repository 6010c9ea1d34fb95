import { describe, expect, it } from 'vitest';
import { outdated } from './policy-versions.ts';

describe('a new version in force makes room', () => {
  it.each([
    ['needs none below the limit', 1, [4, 3, 2, 1], []],
    ['by the oldest', 5, [5, 4, 3, 2, 1], [1]],
    ['by the oldest but the one in force', 1, [5, 4, 3, 2, 1], [2]],
    ['by several when the limit was lowered', 6, [8, 7, 6, 5, 4, 3], [3, 4]],
  ])('%s', (_, inForce, versions, gone) => expect(outdated({ inForce, versions }, 5)).toEqual(gone));

  it('by the one in force when only one is kept', () => {
    expect(outdated({ inForce: 3, versions: [3] }, 1)).toEqual([3]);
    expect(outdated({ inForce: 3, versions: [4, 3] }, 1)).toEqual([4, 3]);
  });
});
