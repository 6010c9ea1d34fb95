import { afterAll, beforeAll } from 'vitest';
import { canaries } from './threats/canaries.ts';
import { foreignIds } from './threats/foreign-ids.ts';
import { hostileInputs } from './threats/hostile-inputs.ts';
import { internalMethods } from './threats/internal-methods.ts';
import { tenantLists } from './threats/tenant-lists.ts';
import { startWorld, type World } from './threats/world.ts';

// one installation for all of them; docs/threat-model.md says what each number stands for
let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 240_000);
afterAll(() => world[Symbol.asyncDispose]());

for (const threats of [tenantLists, foreignIds, internalMethods, canaries, hostileInputs]) threats(() => world);
