import type { Ask, Workload } from './workload.ts';

/** An authorization engine that has taken in a workload and answers its questions. */
export interface Engine {
  readonly name: string;
  /** Whether the request is allowed. */
  allows(ask: Ask): boolean;
  /** It holds the workload's first so many users, and is asked about no others. */
  readonly users: number;
  /** How many questions a round puts to it; slow engines get fewer. */
  readonly asksPerRound: number;
}

/** Has an engine take in the workload. */
export type EngineFactory = (workload: Workload) => Engine | Promise<Engine>;

/** The condition keys of a question, as CAM names them. */
export function contextOf({ ip, time, zone }: Ask) {
  return { 'qcs:ip': ip, 'qcs:current_time': time, 'cvm:zone': zone };
}
