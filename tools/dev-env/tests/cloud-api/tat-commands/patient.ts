import { setTimeout } from 'node:timers/promises';
import type { Tat, TatAction } from '../ways.ts';

/**
 * A client that asks again in the next second what it may not ask in this one: as the SDK uses TC3 it signs neither the action nor anything
 * that comes once, so the same parameters for two actions have one signature, and Muster lets none do two things.
 */
export function patient(client: Tat): Tat {
  return new Proxy(client, {
    get(_, action: TatAction) {
      // who awaits a client asks whether it is a promise
      if (!(action in client)) return undefined;
      const call = (...given: unknown[]) => (client[action] as (...all: unknown[]) => Promise<unknown>)(...given);
      return (...given: unknown[]) =>
        call(...given).catch(async (error: Error) => {
          if (!error.message.includes('signature was used before')) throw error;
          await setTimeout(1_000 - (Date.now() % 1_000));
          return call(...given);
        });
    },
  });
}
