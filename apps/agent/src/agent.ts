import { create } from '@bufbuild/protobuf';
import { ResultReportSchema, TaskOutcome } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { Admission } from './admit.ts';
import { Connection } from './connection.ts';
import { CredentialKeeper } from './credential-keeper.ts';
import type { AdmissionRefusal } from './domain/admission.ts';
import { type HostFacts, VERSION } from './host.ts';
import { type Identity, tenantOf } from './identity.ts';
import { Reporter } from './report.ts';
import { supportedFeatures } from './runners/index.ts';
import type { Session } from './session.ts';
import { Slots } from './slots.ts';
import { type Journal, openJournal } from './spool/journal.ts';
import { Tasks } from './tasks.ts';

/** Everything an agent is made of. */
export interface AgentOptions {
  readonly dataDir: string;
  readonly identity: Identity;
  readonly host: HostFacts;
  /** The part of the environment that scripts inherit. */
  readonly inherited: { readonly path: string; readonly lang: string };
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

  const connection = new Connection({
    keeper,
    hello: () => ({
      agentVersion: VERSION,
      systemName: host.systemName,
      hostName: host.hostName,
      localIp: host.localIp,
      bootId: host.bootId,
      journalId: journal.id,
      held: tasks.list(),
      supportFeatures: supportedFeatures(inherited.path),
    }),
    greeted(verdicts) {
      tasks.judge(verdicts);
      reporter.wake();
      connected.resolve();
    },
    events: {
      task: (data, session) => take(data, session),
      cancel: (id) => tasks.cancel(id),
      fin: (id) => tasks.forget(id),
    },
    reconnectMaxMs: options.reconnectMaxSeconds * 1_000,
    logger,
    signal: stop.signal,
  });
  const reporter = new Reporter(connection, logger, stop.signal);
  const tasks = new Tasks(
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
  const take = receiver({ admission, keeper, journal, tasks, logger });

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

interface ReceiverOptions {
  readonly admission: Admission;
  readonly keeper: CredentialKeeper;
  readonly journal: Journal;
  readonly tasks: Tasks;
  readonly logger: Logger;
}

/** What is done with an order that arrives: judged at once, put on disk, and only then anything else. */
function receiver({ admission, keeper, journal, tasks, logger }: ReceiverOptions) {
  const claiming = new Set<string>();

  const claim = async (id: string, bytes: Uint8Array, session: Session) => {
    try {
      const folder = await journal.claim(id, bytes);
      if (folder) tasks.take(folder);
    } catch (error) {
      logger.error({ err: error, invocationTaskId: id }, 'a task could not be put on disk');
      const errorInfo = 'NO_SPACE: the agent could not write the task to its journal';
      // there is nothing to repeat it from; when it is lost, the service sends the order again
      const report = { invocationTaskId: id, outcome: TaskOutcome.START_FAILED, exitCode: -1, errorInfo };
      await session.result(create(ResultReportSchema, report)).catch(() => {});
    } finally {
      claiming.delete(id);
    }
  };

  return (data: Uint8Array, session: Session) => {
    const { instanceId, credentials } = keeper.identity;
    const admitted = admission.admit(data, credentials.signingKeys, {
      tenant: tenantOf(credentials),
      instanceId,
      epoch: session.epoch,
      serviceNowMs: session.serviceNowMs,
      isKnown: (id) => claiming.has(id) || tasks.has(id),
      isFinished: (id) => journal.finished.has(id),
    });
    if (typeof admitted === 'string') {
      logger.warn({ reason: admitted, total: admission.refused[admitted] }, 'refused an order');
      return;
    }
    const { invocationTaskId } = admitted.order;
    claiming.add(invocationTaskId);
    void claim(invocationTaskId, admitted.bytes, session);
  };
}
