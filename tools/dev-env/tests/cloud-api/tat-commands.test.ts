import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TatAction, uncovered } from './declared-codes.ts';
import { codeOf } from './sdk.ts';
import { COMMAND_REFUSALS } from './tat-commands/command-refusals.ts';
import { commandStories } from './tat-commands/command-stories.ts';
import { MACHINE_REFUSALS } from './tat-commands/machine-refusals.ts';
import { machineStories } from './tat-commands/machine-stories.ts';
import { startWorld, type World } from './tat-commands/world.ts';
import { type Tat, WAYS } from './ways.ts';

const DENIED = 'UnauthorizedOperation.CamAuthFailed';
const REFUSALS = { ...COMMAND_REFUSALS, ...MACHINE_REFUSALS };
const TABLES = Object.entries(REFUSALS) as [keyof typeof REFUSALS, (typeof REFUSALS)[keyof typeof REFUSALS]][];

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

/** Tables say what no type of the SDK allows. */
const call = (tat: Tat, action: TatAction, request: object) =>
  (tat[action] as (given: object) => Promise<unknown>)(request);

describe.each(TABLES)('%s is refused', (action, { rows, denied, explained }) => {
  it.each(rows)('with %s for %s', async (code, _, request) => {
    expect(await codeOf(call(world.tat, action, request(world.there)))).toBe(code);
  });

  it(`with ${DENIED} for a user without rights`, async () => {
    expect(await codeOf(call(world.nobody, action, denied(world.there)))).toBe(DENIED);
  });

  it('with UnknownParameter for a parameter that it does not have', async () => {
    expect(await codeOf(call(world.tat, action, { ...denied(world.there), Colour: 'red' }))).toBe('UnknownParameter');
  });

  it('with every code that TAT declares for it, but those that are explained', () => {
    const given = [...rows.map(([code]) => code), DENIED, 'UnknownParameter'];
    expect(uncovered(action, given, explained)).toEqual([]);
  });
});

commandStories(() => world);
machineStories(() => world);

it.each(TABLES)('%s was sent in each of the SDK’s ways', (action) => {
  const missing = WAYS.map(({ signMethod, reqMethod }) => `${action} ${signMethod} ${reqMethod}`);
  expect(missing.filter((way) => !world.sent.has(way))).toEqual([]);
});
