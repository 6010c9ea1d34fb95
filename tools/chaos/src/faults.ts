import { setTimeout as sleep } from 'node:timers/promises';
import type { Constellation } from '@muster/dev-env';
import type { FaultyLink } from '@muster/testkit';
import type { SupervisorFact } from './facts.ts';
import type { Fault, LinkFault } from './plan.ts';
import { killSupervisor } from './processes.ts';
import { Random } from './random.ts';

/** What faults act on. */
export interface FaultsOptions {
  readonly constellation: Constellation;
  readonly links: ReadonlyMap<string, FaultyLink>;
  /** The folder of the installation. */
  readonly folder: string;
}

/** How many faults there were. */
export interface FaultFigures {
  /** By victim. */
  readonly kills: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly pauses: number;
  /** By what was done to the link. */
  readonly links: Readonly<Record<string, number>>;
}

/** Does what the plan says, and undoes what can be undone. A victim that does not run at that moment is left alone and not counted. */
export class Faults {
  readonly supervisors: SupervisorFact[] = [];
  readonly #options: FaultsOptions;
  readonly #figures = {
    kills: {} as Record<string, number>,
    restarts: 0,
    pauses: 0,
    links: {} as Record<string, number>,
  };
  readonly #underWay = new Set<Promise<void>>();
  /** How many faults each link has at this moment. */
  readonly #onLink = new Map<string, number>();

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  get figures(): FaultFigures {
    return this.#figures;
  }

  /** Resolves when the last fault is over; at once, with everything undone, when the signal aborts. */
  async run(faults: readonly Fault[], { began, signal }: { began: number; signal: AbortSignal }): Promise<void> {
    const failures: unknown[] = [];
    try {
      for (const fault of faults) {
        await sleep(Math.max(0, began + fault.at - performance.now()), undefined, { signal });
        const doing = this.#do(fault, signal)
          .catch((error) => {
            if (!signal.aborted) failures.push(error);
          })
          .finally(() => this.#underWay.delete(doing));
        this.#underWay.add(doing);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await Promise.all(this.#underWay);
      this.heal();
    }
    if (failures.length > 0) throw new AggregateError(failures, 'faults could not be made');
  }

  /** Lets everything go on that was stopped. */
  heal(): void {
    const { constellation, links } = this.#options;
    for (const name of Object.keys(constellation.pids())) constellation.signal(name, 'SIGCONT');
    for (const link of links.values()) link.heal();
  }

  async #do(fault: Fault, signal: AbortSignal): Promise<void> {
    const { constellation, folder } = this.#options;
    switch (fault.kind) {
      case 'kill':
        if (constellation.signal(fault.victim, 'SIGKILL')) count(this.#figures.kills, kindOf(fault.victim));
        return;
      case 'restart':
        if (constellation.signal(fault.victim, 'SIGTERM')) this.#figures.restarts += 1;
        return;
      case 'pause':
        if (!constellation.signal(fault.victim, 'SIGSTOP')) return;
        this.#figures.pauses += 1;
        await sleep(fault.forMs, undefined, { signal });
        constellation.signal(fault.victim, 'SIGCONT');
        return;
      case 'link':
        count(this.#figures.links, fault.how.what);
        return this.#onLinkOf(fault.victim, fault, signal);
      case 'supervisor': {
        const killed = await killSupervisor(folder, fault.fraction);
        if (!killed) return;
        this.supervisors.push(killed);
        count(this.#figures.kills, 'supervisor');
      }
    }
  }

  async #onLinkOf(name: string, { how, forMs }: { how: LinkFault; forMs: number }, signal: AbortSignal): Promise<void> {
    const link = this.#options.links.get(name)!;
    this.#onLink.set(name, (this.#onLink.get(name) ?? 0) + 1);
    act(link, how);
    await sleep(forMs, undefined, { signal });
    const left = this.#onLink.get(name)! - 1;
    this.#onLink.set(name, left);
    // a link heals as a whole, so it waits for the last of its faults
    if (left === 0) link.heal();
  }
}

function act(link: FaultyLink, how: LinkFault): void {
  switch (how.what) {
    case 'silence':
      link.silence(how.way);
      break;
    case 'cut':
      link.cut();
      break;
    case 'refuse':
      link.refuse();
      link.cut();
      break;
    case 'delay':
      link.delay(how.ms);
      break;
    case 'drop':
    case 'repeat': {
      const random = new Random(how.seed);
      const times = how.what === 'drop' ? 0 : 3;
      // only messages: what keeps the connection itself alive is not repeated by any network
      link.filter(({ subject }) => (subject !== '' && random.chance(how.probability) ? times : 1));
    }
  }
}

/** Machines count as one. */
function kindOf(victim: string): string {
  return victim.startsWith('web-') ? 'agent' : victim;
}

function count(figures: Record<string, number>, name: string): void {
  figures[name] = (figures[name] ?? 0) + 1;
}
