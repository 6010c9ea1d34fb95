import { formatBytes } from '../domain/byte-count.ts';
import { escapeText } from '../domain/escape.ts';
import type { Target } from '../instances.ts';
import type { CopyJob } from './copy-job.ts';

/** So many machines are named in the line. */
const NAMED_MAX = 3;

/** How far the copies are, for one line: `web-1 34% 12.0/35.0 MB · web-2 … · 3 of 10 done`. */
export class CopyProgress {
  readonly #total: number;
  readonly #jobs = new Map<Target, CopyJob>();
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  planned(target: Target, job: CopyJob): void {
    this.#jobs.set(target, job);
  }

  done(target: Target): void {
    this.#jobs.delete(target);
    this.#done++;
  }

  line(): string {
    const named = [...this.#jobs].slice(0, NAMED_MAX).map(([target, { bytes, plan }]) => {
      const share = plan.bytes === 0 ? 100 : Math.floor((Math.min(bytes, plan.bytes) / plan.bytes) * 100);
      return `${escapeText(target.name)} ${share}% of ${formatBytes(plan.bytes)}`;
    });
    const more = this.#jobs.size > NAMED_MAX ? [`${this.#jobs.size - NAMED_MAX} more`] : [];
    const many = this.#total > 1 ? [`${this.#done} of ${this.#total} done`] : [];
    return [...named, ...more, ...many].join(' · ') || 'looking';
  }
}
