import { type Bus, type Subscription, subjects } from '@muster/bus';
import { HelloReplySchema, HelloSchema } from '@muster/contract';
import { addToOutbox } from '@muster/db';
import { signInHello } from '../domain/clone.ts';
import { checkSessionFacts } from '../domain/enrollment.ts';
import { featuresFrom, guardFrom, keyIdsFrom } from '../domain/guard.ts';
import { presenceChanged } from '../instance-events.ts';
import type { MachineContext, TaskHooks } from '../machine-context.ts';
import { CLONE_WARNING, noticeClone } from '../notice-clone.ts';
import { type InstanceRecord, InstanceStore } from '../store/instance-store.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import { hasToLearn } from '../task-signer.ts';

/** Agents that do not say what they refuse. */
const SILENT = { refused: {}, veto: '' };

/** What answering hello needs. */
export interface HelloParts extends Pick<MachineContext, 'write' | 'clock' | 'logger' | 'taskKeys'> {
  readonly bus: Bus;
  readonly hooks: TaskHooks;
  /** How often agents are to say that they are there. */
  readonly heartbeatSeconds: number;
}

/**
 * Opens sessions. The epoch rises, the held tasks are judged and the presence changes in one transaction, so whoever holds an
 * older epoch is shut out from then on. A machine that no row knows gets no answer: it is not ours (any more).
 */
export function serveHello({ bus, write, clock, logger, hooks, taskKeys, heartbeatSeconds }: HelloParts): Subscription {
  return bus.serve(
    subjects.serviceUp('hello'),
    { input: HelloSchema, output: HelloReplySchema },
    async (hello, subject) => {
      const { tenant, instanceId } = subjects.speakerOf(subject);
      checkSessionFacts(hello);
      const supportFeatures = featuresFrom(hello.supportFeatures);
      const { agentVersion, systemName, hostName, localIp, bootId, journalId, machineId } = hello;
      const facts = {
        ...{ agentVersion, systemName, hostName, localIp, bootId, journalId, machineId, supportFeatures },
        ...guardFrom(hello.guard ?? SILENT),
        signingKeyIds: keyIdsFrom(hello.signingKeyIds),
      };
      const now = clock.now();
      const open = async (unit: UnitOfWork) => {
        const before = await new InstanceStore(unit.trx).openSession({ instanceId, tenant, ...facts }, now);
        if (!before) return undefined;
        const journalIsNew = before.journalId !== '' && before.journalId !== journalId;
        const verdicts = await hooks.reconcile(unit, { instanceId, journalIsNew, held: hello.held });
        if (!before.online) await addToOutbox(unit.trx, [presenceChanged(before, true, now)]);
        const instance: InstanceRecord = {
          ...before,
          ...facts,
          machineId: machineId || before.machineId,
          epoch: before.epoch + 1n,
          online: true,
          sessionOpenedAt: now,
          lastHeartbeatAt: now,
          updatedAt: now,
        };
        const sign = signInHello(before, machineId);
        return { instance: await noticeClone(unit, instance, sign, now), verdicts };
      };
      const opened = await write(open, tenant);
      if (!opened) throw new Error('hello from a machine that is not registered');
      const { instance, verdicts } = opened;
      logger.info(
        { instanceId, epoch: instance.epoch.toString(), held: hello.held.length },
        'a machine opened a session',
      );
      if (instance.cloneNoticedAt === now) logger.warn({ instanceId, hostName, localIp }, CLONE_WARNING);
      hooks.onSession(instance);
      const keySets = hasToLearn(taskKeys, facts.signingKeyIds) ? [...taskKeys.keySets] : [];
      return { epoch: instance.epoch, nowMs: BigInt(now), heartbeatSeconds, verdicts, keySets };
    },
    subjects.SERVICE_QUEUE,
  );
}
