import { parentPort, workerData } from 'node:worker_threads';
import { dice } from './dice.ts';
import { engine, principalOf, specified } from './engine.ts';
import { shrink } from './shrink.ts';
import { type Request, requestOf, type World, worldOf } from './worlds.ts';

/** What a worker is to do: worlds `first`, `first + step`, … of a seed, until it has made `comparisons`. */
export interface Share {
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly comparisons: number;
}

/** What it saw: how often which outcome, and the first question that the two answered differently, made small. */
export interface Finding {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly disagreement?: unknown;
}

const REQUESTS_PER_WORLD = 200;

function compare({ seed, first, step, comparisons }: Share): Finding {
  const outcomes: Record<string, number> = { allowed: 0, explicit_deny: 0, implicit_deny: 0 };
  let done = 0;
  for (let number = first; done < comparisons; number += step) {
    const world = worldOf(seed + number);
    const principal = principalOf(world);
    const roll = dice(seed - number);
    for (let i = 0; i < REQUESTS_PER_WORLD; i++) {
      const request = requestOf(roll);
      const answered = engine(principal, request);
      if (answered.join() !== specified(world, request).join()) {
        return { outcomes, disagreement: { seed, number, ...shrink({ world, request }, disagrees) } };
      }
      for (const outcome of answered) outcomes[outcome]!++;
      done += answered.length;
    }
  }
  return { outcomes };
}

function disagrees({ world, request }: { world: World; request: Request }): boolean {
  try {
    return engine(principalOf(world), request).join() !== specified(world, request).join();
  } catch {
    return false; // something was left out that has to be there
  }
}

parentPort!.postMessage(compare(workerData as Share));
