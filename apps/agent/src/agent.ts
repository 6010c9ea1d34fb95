import { subjects } from '@muster/bus';
import type { Logger } from '@muster/telemetry';
import { Connection } from './connection.ts';
import { CredentialKeeper } from './credential-keeper.ts';
import type { Refusal } from './domain/admission.ts';
import { supportedSessions } from './domain/session-features.ts';
import { type HostFacts, VERSION } from './host.ts';
import type { Identity } from './identity.ts';
import { Receiver } from './receive.ts';
import { Refusals } from './refusals.ts';
import { Reporter } from './report.ts';
import { Rest } from './rest.ts';
import { supportedFeatures } from './runners/index.ts';
import { SessionDoor } from './session-door.ts';
import { Slots } from './slots.ts';
import { openJournal } from './spool/journal.ts';
import { ControlGroups } from './supervisor/control-groups.ts';
import { killTree } from './supervisor/kill-tree.ts';
import type { Inherited } from './supervisor/prepare.ts';
import { Tasks } from './tasks.ts';
import { Veto, type VetoFileOptions } from './veto.ts';

const DAY_MS = 86_400_000;
/** How often results are looked for that have waited too long, and control groups that nothing lives in any more. */
const TIDY_EVERY_MS = 3_600_000;

/** Everything an agent is made of. */
export interface AgentOptions {
  readonly dataDir: string;
  readonly identity: Identity;
  readonly host: HostFacts;
  /** The part of the environment that scripts inherit. */
  readonly inherited: Inherited;
  readonly veto: VetoFileOptions;
  readonly reconnectMaxSeconds: number;
  readonly pingSeconds: number;
  /** About how long to wait after a renewal of credentials that failed. */
  readonly renewRetrySeconds: number;
  readonly killOnStop: boolean;
  readonly concurrency: number;
  /** What the journal may hold: tasks that are not over, their megabytes, and the days that a result waits. */
  readonly journalMaxTasks: number;
  readonly journalMaxMb: number;
  readonly journalMaxDays: number;
  /** What each script may use; 0 for as much as it likes. */
  readonly scriptMaxProcesses: number;
  readonly scriptMaxMemoryMb: number;
  /** Those that this machine has, unless given. */
  readonly groups?: ControlGroups;
  readonly logger: Logger;
}

/** A running agent. Disposing it stops it; scripts run on unless `killOnStop` says otherwise. */
export interface Agent extends AsyncDisposable {
  /** Resolves after the first answered hello. */
  readonly connected: Promise<void>;
  /** What was not taken since it started, by reason. */
  readonly refused: Readonly<Record<Refusal, number>>;
}

/** Takes up what the journal holds and connects. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { dataDir, host, inherited, logger } = options;
  const stop = new AbortController();
  const journal = await openJournal(dataDir, {
    instanceId: options.identity.instanceId,
    limits: {
      tasks: options.journalMaxTasks,
      bytes: options.journalMaxMb * 1_048_576,
      days: options.journalMaxDays,
    },
    logger,
  });
  const refusals = new Refusals();
  const retryMs = options.renewRetrySeconds * 1_000;
  const keeper = new CredentialKeeper(options.identity, { dataDir, refusals, retryMs, logger });
  const veto = new Veto(options.veto, logger);
  const guard = () => ({ refused: refusals.said(), veto: veto.inWords() });
  const limits = { processes: options.scriptMaxProcesses, memoryBytes: options.scriptMaxMemoryMb * 1_048_576 };
  const groups = options.groups ?? new ControlGroups(limits);
  for (const limit of groups.unheld) logger.warn({ limit }, 'this machine cannot hold scripts to a limit that is set');
  const rest = new Rest();
  const connected = Promise.withResolvers<void>();

  const connection: Connection = new Connection({
    keeper,
    hello: () => ({
      agentVersion: VERSION,
      systemName: host.systemName,
      hostName: host.hostName,
      localIp: host.localIp,
      bootId: host.bootId,
      journalId: journal.id,
      machineId: host.machineId,
      held: tasks.list(),
      supportFeatures: [...supportedFeatures(inherited.path), ...supportedSessions(process.platform)],
      signingKeyIds: Object.keys(keeper.identity.credentials.signingKeys),
      guard: guard(),
    }),
    guard,
    greeted: (verdicts) => {
      tasks.judge(verdicts);
      reporter.wake();
      rest.disturb();
      connected.resolve();
    },
    events: {
      task: (data, session) => receiver.task(data, session),
      cancel: (id) => receiver.cancel(id),
      fin: (id) => receiver.fin(id),
      unreadable: (error, subject) => receiver.unreadable(error, subject),
    },
    shells: {
      hear: (...message) => door.hear(...message),
      tellHeld: () => door.tellHeld(),
      end: () => door.end(),
    },
    reconnectMaxMs: options.reconnectMaxSeconds * 1_000,
    pingSeconds: options.pingSeconds,
    logger,
    signal: stop.signal,
  });
  const reporter: Reporter = new Reporter(connection, logger, stop.signal);
  const tasks: Tasks = new Tasks(
    {
      uplink: connection,
      reporter,
      slots: new Slots(options.concurrency),
      bootId: host.bootId,
      inherited,
      groups,
      veto: (order) => veto.over(order),
      logger,
      stopping: stop.signal,
    },
    journal.finished,
    () => rest.disturb(),
  );
  const { instanceId } = options.identity;
  const door: SessionDoor = new SessionDoor({
    ...{ keeper, groups, refusals, logger },
    opened: journal.sessions,
    setup: { instanceId, inherited, limits },
    veto: (order) => veto.overSession(order),
    uplink: {
      report: (sessionId, data) => connection.ofSession(sessionId, 'report', data),
      held: (data) => connection.ofSession(subjects.ALL_SESSIONS, 'held', data),
    },
    unreadable: (error, subject) => receiver.unreadable(error, subject),
  });
  const receiver = new Receiver({ keeper, journal, tasks, veto, refusals, logger });

  for (const folder of journal.found) tasks.take(folder);
  for (const invocationTaskId of journal.corrupt)
    void killTree({ instanceId, invocationTaskId }, { groups, exited: () => true });
  const known = [...journal.sessions.ids()];
  if (known.length > 0) {
    const { killLeftovers } = await import('./terminal/leftovers.ts');
    void killLeftovers(known, { instanceId, groups, logger });
  }
  const tidy = () => {
    tasks.giveUp(options.journalMaxDays * DAY_MS);
    const held = tasks.list().map(({ invocationTaskId }) => invocationTaskId);
    groups.sweep(instanceId, new Set([...held, ...door.ids]));
  };
  tidy();
  const tidying = setInterval(tidy, TIDY_EVERY_MS);
  const connecting = connection.keep();
  return {
    connected: connected.promise,
    refused: refusals.counts,
    async [Symbol.asyncDispose]() {
      if (options.killOnStop) await tasks.killAll();
      await door[Symbol.asyncDispose]();
      clearInterval(tidying);
      stop.abort();
      keeper[Symbol.dispose]();
      await Promise.all([tasks.stopped(), connecting]);
      rest[Symbol.dispose]();
    },
  };
}
