import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uncovered } from './declared-codes.ts';
import { codeOf } from './sdk.ts';
import { HISTORY } from './tat-runs/history-refusals.ts';
import { INVOKERS } from './tat-runs/invoker-refusals.ts';
import { ELSEWHERE, of } from './tat-runs/refusals.ts';
import { RUNNING } from './tat-runs/running-refusals.ts';
import { invokerStories } from './tat-runs/stories-of-invokers.ts';
import { listStories } from './tat-runs/stories-of-lists.ts';
import { rightsStories } from './tat-runs/stories-of-rights.ts';
import { runStories } from './tat-runs/stories-of-runs.ts';
import { startWorld, type World } from './tat-runs/world.ts';
import { WAYS } from './ways.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

const ACTIONS = [...RUNNING, ...HISTORY, ...INVOKERS];

describe.each(ACTIONS)('$action', ({ action, refused, not }) => {
  it.each(refused)('refuses %s', async (_, request, code) => {
    const call = world.tat[action] as (request: object) => Promise<unknown>;
    expect(await codeOf(call(of(request, world)))).toBe(code);
  });

  it('gives every declared code that can occur', () => {
    const given = refused.map(([, , code]) => code);
    expect(uncovered(action, given, { ...ELSEWHERE, ...not })).toEqual([]);
  });
});

runStories(() => world);
listStories(() => world);
invokerStories(() => world);
rightsStories(() => world);

it('every action came in every way in which the SDK can send it', () => {
  const wanted = ACTIONS.flatMap(({ action }) =>
    WAYS.map(({ signMethod, reqMethod }) => `${action} ${signMethod} ${reqMethod}`),
  );
  expect(wanted.filter((way) => !world.sent.has(way))).toEqual([]);
});
