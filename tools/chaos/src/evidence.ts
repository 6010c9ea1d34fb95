import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from './plan.ts';
import type { ChaosResult } from './run.ts';

/** The folder of a chaos run. Disposing removes it unless something was found that must never be, or it is to be kept anyway. */
export interface EvidenceFolder extends Disposable {
  readonly path: string;
  /** Writes down what was planned, seen and found wrong, beside ledger, logs and stores; true when that stays. */
  keep(plan: Plan, result: ChaosResult, anyway?: boolean): boolean;
}

/** Makes one in the system's folder for temporary files. */
export function evidenceFolder(): EvidenceFolder {
  const path = mkdtempSync(join(tmpdir(), 'muster-chaos-'));
  let kept = false;
  return {
    path,
    keep(plan, { facts, violations }, anyway = false) {
      const { blob: _, ...evidence } = facts;
      for (const [name, value] of Object.entries({ plan, violations, facts: evidence }))
        writeFileSync(join(path, `${name}.json`), JSON.stringify(value, undefined, 1));
      kept = anyway || violations.length > 0;
      return kept;
    },
    [Symbol.dispose]: () => kept || rmSync(path, { recursive: true, force: true }),
  };
}
