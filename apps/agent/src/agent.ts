import type { Logger } from '@muster/telemetry';
import { Admission } from './admit.ts';
import { Connection } from './connection.ts';
import { CredentialKeeper } from './credential-keeper.ts';
import type { AdmissionRefusal } from './domain/admission.ts';
import { type HostFacts, VERSION } from './host.ts';
import type { Identity } from './identity.ts';
import { Receiver } from './receive.ts';
import { Reporter } from './report.ts';
import { supportedFeatures } from './runners/index.ts';
import { Slots } from './slots.ts';
import { openJournal } from './spool/journal.ts';
import type { Inherited } from './supervisor/prepare.ts';
import { Tasks } from './tasks.ts';

/** Everything an agent is made of. */
export interface AgentOptions {
  readonly dataDir: string;
  readonly identity: Identity;
  readonly host: HostFacts;
  /** The part of the environment that scripts inherit. */
  readonly inherited: Inherited;
  readonly reconnectMaxSeconds: number;
  readonly killOnStop: boolean;
  readonly concurrency: number;
  readonly logger: Logger;
}

/** A running agent. Disposing it stops it; scripts run on unless `killOnStop` says otherwise. */
export interface Agent extends AsyncDisposable {
  /** Resolves after the first answered hello. */
  readonly connected: Promise<void>;
  /** Orders that were not taken, by reason. */
  readonly refused: Readonly<Record<AdmissionRefusal, number>>;
}

/** Takes up what the journal holds and connects. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { dataDir, host, inherited, logger } = options;
  const stop = new AbortController();
  const journal = await openJournal(dataDir, logger);
  const keeper = new CredentialKeeper(dataDir, options.identity, logger);
  const admission = new Admission();
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
      supportFeatures: supportedFeatures(inherited.path),
    }),
    greeted: (verdicts) => {
      tasks.judge(verdicts);
      reporter.wake();
      connected.resolve();
    },
    events: {
      task: (data, session) => receiver.task(data, session),
      cancel: (id) => receiver.cancel(id),
      fin: (id) => receiver.fin(id),
    },
    reconnectMaxMs: options.reconnectMaxSeconds * 1_000,
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
      logger,
      stopping: stop.signal,
    },
    journal.finished,
  );
  const receiver = new Receiver({ admission, keeper, journal, tasks, logger });

  for (const folder of journal.found) tasks.take(folder);
  const connecting = connection.keep();
  return {
    connected: connected.promise,
    refused: admission.refused,
    async [Symbol.asyncDispose]() {
      if (options.killOnStop) await tasks.killAll();
      stop.abort();
      keeper[Symbol.dispose]();
      await Promise.all([tasks.stopped(), connecting]);
    },
  };
}
