import { summarize } from '../summary.ts';
import type { Engine, EngineFactory } from './engine.ts';
import type { Ask, Workload } from './workload.ts';

/** What is quoted of one engine. */
export interface EngineFigures {
  readonly name: string;
  /** Median of the rounds. */
  readonly decisionsPerSecond: number;
  /** Median of the ratios to the naive evaluator in the same round. */
  readonly timesNaive: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/** Every engine agrees with the first on this many questions before anything is timed. */
const CHECKED = 1_000;
/** Questions whose single times make the percentiles, a round. */
const SINGLES = 200;

/** Has the engines take turns on the same questions, `rounds` times in one process. The first is the measure of the ratios. */
export async function compareEngines(
  workload: Workload,
  factories: readonly EngineFactory[],
  rounds: number,
): Promise<EngineFigures[]> {
  const engines: Engine[] = [];
  for (const factory of factories) engines.push(await factory(workload));
  const asksOf = new Map(engines.map((engine) => [engine, workload.asks.filter(({ user }) => user < engine.users)]));
  const [measure, ...others] = engines;
  for (const other of others) requireAgreement(measure!, other, asksOf.get(other)!.slice(0, CHECKED));

  const perSecond = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
  const singles = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
  for (let round = -2; round < rounds; round++) {
    for (const engine of engines) {
      const rate = rateOf(engine, asksOf.get(engine)!);
      if (round < 0) continue;
      perSecond.get(engine)!.push(rate);
      singles.get(engine)!.push(...timesOf(engine, asksOf.get(engine)!, round));
    }
  }
  return engines.map((engine) => {
    const rates = perSecond.get(engine)!;
    const ratios = rates.map((rate, round) => rate / perSecond.get(measure!)![round]!);
    const sorted = singles.get(engine)!.toSorted((a, b) => a - b);
    return {
      name: engine.name,
      decisionsPerSecond: summarize(rates).median,
      timesNaive: summarize(ratios).median,
      p50Micros: sorted[Math.floor(0.5 * sorted.length)]! * 1_000,
      p99Micros: sorted[Math.floor(0.99 * sorted.length)]! * 1_000,
    };
  });
}

function requireAgreement(measure: Engine, other: Engine, asks: readonly Ask[]): void {
  for (const ask of asks) {
    const [wanted, given] = [measure.allows(ask), other.allows(ask)];
    if (wanted !== given) {
      throw new Error(`${other.name} says ${given}, ${measure.name} says ${wanted}: ${JSON.stringify(ask)}`);
    }
  }
}

function rateOf(engine: Engine, asks: readonly Ask[]): number {
  const began = performance.now();
  for (let i = 0; i < engine.asksPerRound; i++) engine.allows(asks[i % asks.length]!);
  return (engine.asksPerRound / (performance.now() - began)) * 1_000;
}

function timesOf(engine: Engine, asks: readonly Ask[], round: number): number[] {
  return Array.from({ length: Math.min(SINGLES, engine.asksPerRound) }, (_, i) => {
    const ask = asks[(round * SINGLES + i) % asks.length]!;
    const began = performance.now();
    engine.allows(ask);
    return performance.now() - began;
  });
}
