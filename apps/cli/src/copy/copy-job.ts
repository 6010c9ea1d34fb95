import { FileFault } from '@muster/terminal';
import type { PlannedItem, TreePlan } from './tree-plan.ts';

/** What became of one file, link or directory. */
export interface ItemOutcome {
  readonly item: PlannedItem;
  /** Absent when it was copied. */
  readonly fault?: FileFault;
  /** Of a file. */
  readonly sha256?: string;
  /** How much of it was there from an earlier attempt. */
  readonly resumedFrom?: number;
}

/** What a copy wants beside its places. */
export interface CopyWishes {
  readonly keepOwner: boolean;
}

/** The copy from or to one machine: what is to do, and what is done, across any number of sessions. */
export class CopyJob {
  readonly plan: TreePlan;
  readonly #told: (outcome: ItemOutcome) => void;
  readonly #done = new Set<PlannedItem>();
  readonly #failedFolders: string[] = [];
  readonly #made = new Set<PlannedItem>();
  readonly #unknownOwners = new Set<string>();
  /** Bytes that the other side has, of files that are done or on their way. */
  bytes = 0;
  files = 0;
  failed = 0;

  constructor(plan: TreePlan, told: (outcome: ItemOutcome) => void) {
    this.plan = plan;
    this.#told = told;
    for (const item of plan.items) if (item.why) this.finish({ item, fault: item.why });
  }

  /** Names that no user or group has at the other end. */
  get unknownOwners(): readonly string[] {
    return [...this.#unknownOwners];
  }

  /** What is still to do, in its order. What stands in a directory that could not be made is passed over. */
  *rest(): Generator<PlannedItem> {
    for (const item of this.plan.items) {
      if (this.#done.has(item)) continue;
      if (this.#failedFolders.some((folder) => item.to.startsWith(folder))) this.failed++;
      else yield item;
    }
  }

  /** Directories that were made here and are full now, the innermost first. */
  get toSettle(): readonly PlannedItem[] {
    return [...this.#made].reverse();
  }

  /** One is done, or failed for good. */
  finish(outcome: ItemOutcome): void {
    const { item, fault } = outcome;
    this.#done.add(item);
    if (fault) {
      this.failed++;
      if (item.entry.kind === 'directory') this.#failedFolders.push(`${item.to}/`);
    } else if (item.entry.kind === 'file') this.files++;
    this.#told(outcome);
  }

  made(item: PlannedItem): void {
    this.#made.add(item);
  }

  settled(item: PlannedItem): void {
    this.#made.delete(item);
  }

  ownerUnknown(names: string): void {
    if (names !== '') this.#unknownOwners.add(names);
  }

  /** Does one thing; a fault of it fails that one, a full disk everything. */
  async attempt(item: PlannedItem, work: () => Promise<Omit<ItemOutcome, 'item'> | undefined>): Promise<void> {
    try {
      this.finish({ ...(await work()), item });
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      this.finish({ item, fault: error });
      if (error.code === 'full') throw error;
    }
  }
}
