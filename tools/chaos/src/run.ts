import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditService } from '@muster/contract';
import {
  type Constellation,
  checkHistory,
  ROOT,
  recordHistory,
  rootTransport,
  startConstellation,
} from '@muster/dev-env';
import { createServiceClient } from '@muster/rpc';
import { type FaultyLink, faultyLink } from '@muster/testkit';
import { check, type Violation } from './check.ts';
import type { AuditFact, Facts } from './facts.ts';
import { type FaultFigures, Faults } from './faults.ts';
import { Load } from './load.ts';
import { changesOf, type MutationName, nodeOption } from './mutations.ts';
import { readOutputs } from './outputs.ts';
import type { Plan } from './plan.ts';
import { signal as signalProcess, type TaskProcess, taskProcesses } from './processes.ts';
import { blobOf, type Outside } from './scripts.ts';
import { Stores } from './store.ts';

/** Small, so that scripts pass it often. */
const OUTPUT_LIMIT_BYTES = 131_072;
/** Longer than anything is kept from happening here, so that nothing may be given up. */
const PATIENCE_SECONDS = 900;
/** Tasks that may be open at once, per machine. */
const OPEN_PER_MACHINE = 25;
const QUIET_MS = 180_000;
/** With a defect some things never end. */
const QUIET_MUTATED_MS = 30_000;

/** What a chaos run is told. */
export interface ChaosOptions {
  readonly plan: Plan;
  /** An empty folder for everything: stores, logs, ledger. */
  readonly folder: string;
  readonly mutation?: MutationName | undefined;
  readonly say: (line: string) => void;
  /** Told once a second how it stands. */
  readonly progress: (standing: Standing) => void;
  /** Aborts when it is to end early; then nothing is checked. */
  readonly signal: AbortSignal;
}

/** How it stands. */
export interface Standing {
  readonly seconds: number;
  /** Tasks by state. */
  readonly states: Readonly<Record<string, number>>;
  readonly faults: FaultFigures;
}

/** What came of it. */
export interface ChaosResult {
  readonly facts: Facts;
  readonly violations: readonly Violation[];
  readonly faults: FaultFigures;
  readonly load: Load['figures'];
  readonly states: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Boots the constellation, lets the load and the faults of the plan loose on it, heals it, waits until it is quiet, and checks everything. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { plan, folder } = options;
  const data = join(folder, 'data');
  const outside = { ledger: join(folder, 'ledger'), blob: join(folder, 'blob') };
  mkdirSync(data, { recursive: true });
  writeFileSync(outside.ledger, '', { mode: 0o666 });
  writeFileSync(outside.blob, blobOf(plan.seed));
  let left: readonly TaskProcess[] = [];
  let result: Unleashed;
  try {
    await using running = await startAll(options, data);
    await recordHistory(data);
    result = await unleash(options, { ...running, data, outside });
  } finally {
    left = processesOf(data);
    await endAll(data);
  }
  const facts: Facts = { ...result.facts, processes: left, historyFaults: await historyFaults(data) };
  return { ...result, facts, violations: check(facts) };
}

/** A constellation with what lies outside it. */
interface Running {
  readonly constellation: Constellation;
  readonly links: ReadonlyMap<string, FaultyLink>;
  readonly data: string;
  readonly outside: Outside;
}

type Unleashed = Omit<ChaosResult, 'facts' | 'violations'> & {
  readonly facts: Omit<Facts, 'processes' | 'historyFaults'>;
};

async function unleash({ plan, mutation, say, progress, signal }: ChaosOptions, running: Running): Promise<Unleashed> {
  const { constellation, links, data, outside } = running;
  using stores = new Stores(data);
  const gaveUp = new AbortController();
  const patience = AbortSignal.any([signal, gaveUp.signal]);
  const load = new Load({ constellation, outside, offlineSeconds: PATIENCE_SECONDS, signal: patience });
  const faults = new Faults({ constellation, links, folder: data });
  const began = performance.now();
  let unfinished = 0;
  const standing = (): Standing => ({
    seconds: Math.round((performance.now() - began) / 1_000),
    states: stores.states(),
    faults: faults.figures,
  });
  const ticking = setInterval(() => {
    unfinished = stores.unfinished();
    progress(standing());
  }, 1_000);
  using _ticks = { [Symbol.dispose]: () => clearInterval(ticking) };
  say(`everything is up; ${plan.calls.length} runs and ${plan.faults.length} faults follow`);
  const until = AbortSignal.any([signal, AbortSignal.timeout(plan.seconds * 1_000)]);
  const room = () => unfinished < plan.agents * OPEN_PER_MACHINE;
  const loading = load.run(plan.calls, { began, room, signal: until });
  await Promise.all([loading, faults.run(plan.faults, { began, signal: until })]);
  signal.throwIfAborted();
  say('healed; waiting until everything is quiet');
  const quietMs = mutation ? QUIET_MUTATED_MS : QUIET_MS;
  const givingUp = setTimeout(() => gaveUp.abort(), quietMs);
  await load.answered();
  await untilQuiet({ stores, data, until: performance.now() + quietMs, signal });
  clearTimeout(givingUp);
  say('reading every output');
  const tasks = await readOutputs(load, stores.tasks(), signal);
  return {
    ...standing(),
    load: load.figures,
    facts: {
      blob: blobOf(plan.seed),
      outputLimit: OUTPUT_LIMIT_BYTES,
      calls: load.calls,
      runs: stores.runs(),
      tasks,
      ledger: readFileSync(outside.ledger, 'utf8').split('\n').filter(Boolean),
      supervisors: faults.supervisors,
      acceptedRequests: load.acceptedRequests,
      audit: await auditOf(constellation, stores),
      journals: stores.journals(),
    },
  };
}

async function startAll(
  { plan, folder, mutation, say }: ChaosOptions,
  dataDir: string,
): Promise<Pick<Running, 'constellation' | 'links'> & AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const links = new Map<string, FaultyLink>();
  const mutated = mutation ? mutatedEnvironment(mutation, folder) : {};
  const patient = {
    MUSTER_OUTPUT_LIMIT_BYTES: String(OUTPUT_LIMIT_BYTES),
    MUSTER_RUN_GRACE_SECONDS: String(PATIENCE_SECONDS),
    MUSTER_DELIVERY_DEADLINE_SECONDS: String(PATIENCE_SECONDS),
    MUSTER_HEARTBEAT_SECONDS: '2',
    MUSTER_OFFLINE_AFTER_SECONDS: '6',
  };
  const constellation = await startConstellation({
    dataDir,
    agents: plan.agents,
    // a defect is put into a module as it is loaded
    fromSources: mutation !== undefined,
    settings: {
      'invocation-svc': { ...patient, ...mutated },
      agent: { MUSTER_AGENT_KILL_ON_STOP: 'false', ...mutated },
    },
    async routeToBus(name, to) {
      const link = starting.use(await faultyLink({ to }));
      links.set(name, link);
      return link.address;
    },
    // what is started again is counted, not told
    say: (line) => void (line.includes('starting it again') || say(line)),
  });
  starting.use(constellation);
  const running = starting.move();
  return { constellation, links, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function mutatedEnvironment(mutation: MutationName, folder: string): Record<string, string> {
  // agents know a supervisor by this name
  const copy = join(folder, 'supervisor.sh');
  const { patch, copied } = changesOf(mutation, { root: ROOT, copy });
  if (copied !== undefined) writeFileSync(copy, copied);
  return { NODE_OPTIONS: nodeOption(patch, ROOT) };
}

/** Resolves when every task has ended and no machine holds any, or when the time is up: then the checker says what is missing. */
async function untilQuiet(options: {
  stores: Stores;
  data: string;
  until: number;
  signal: AbortSignal;
}): Promise<void> {
  const { stores, data, until, signal } = options;
  const isQuiet = () => stores.unfinished() === 0 && stores.journals().length === 0 && processesOf(data).length === 0;
  while (performance.now() < until && !isQuiet()) await sleep(500, undefined, { signal });
}

/** The processes of the tasks of an installation. */
function processesOf(data: string): TaskProcess[] {
  using stores = Stores.openIfThere(data);
  const ours = new Set(stores?.tasks().map(({ taskId }) => taskId));
  return taskProcesses(data, (taskId) => ours.has(taskId));
}

/** Nothing of ours stays behind, whatever went wrong. */
async function endAll(data: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const left = processesOf(data);
    if (left.length === 0) return;
    for (const { pid } of left) signalProcess(pid, 'SIGKILL');
    await sleep(50);
  }
}

async function auditOf(constellation: Constellation, stores: Stores): Promise<AuditFact> {
  const audit = createServiceClient(AuditService, await rootTransport(constellation.url, constellation.root));
  const { intact, problem } = await audit.verifyAudit({});
  return { allowedRequests: stores.allowedRequests(), problem: intact ? undefined : problem };
}

async function historyFaults(data: string): Promise<string[]> {
  try {
    await checkHistory(data);
    return [];
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error);
    const faults = said.split('\n').filter((line) => /^inv[t]?-/.test(line) || line.startsWith('invocation'));
    return faults.length > 0 ? faults : [said];
  }
}
