import { type Bus, type Subscription, subjects } from '@muster/bus';
import { HeartbeatSchema, SyncOrderSchema } from '@muster/contract';
import { addToOutbox } from '@muster/db';
import { signInHeartbeat } from '../domain/clone.ts';
import { guardFrom, isSameGuard } from '../domain/guard.ts';
import { presenceChanged } from '../instance-events.ts';
import type { MachineContext, TaskHooks } from '../machine-context.ts';
import { CLONE_WARNING, noticeClone } from '../notice-clone.ts';
import { type InstanceRecord, InstanceStore } from '../store/instance-store.ts';
import { hasToLearn } from '../task-signer.ts';

/** Machines that have new signing keys to learn are asked to say hello this far apart: not a whole fleet at once. */
const LEARN_APART_MS = 20;

/** What listening to heartbeats needs. */
export interface HeartbeatParts extends Pick<MachineContext, 'write' | 'clock' | 'logger' | 'taskKeys'> {
  readonly bus: Bus;
  readonly hooks: Pick<TaskHooks, 'onSession'>;
}

/** Clocks are steered by less than this all the time. */
const STEERED_MS = 2_000;

/** A session from the future: the machine has learnt a time that is ahead of ours now, and would call every order expired. */
function clockWentBack({ sessionOpenedAt }: InstanceRecord, now: number): boolean {
  return sessionOpenedAt !== undefined && sessionOpenedAt > now + STEERED_MS;
}

/**
 * Keeps presence fresh. Only the newest session counts: an older one that still speaks is a clone, or a machine restored from a copy. Where
 * the newest has fallen silent and nobody heard of its end, an older one is asked to say hello: it would go on unheard otherwise.
 */
export function listenToHeartbeats({ bus, write, clock, logger, taskKeys, hooks }: HeartbeatParts): Subscription {
  const askForHello = (instance: InstanceRecord) => bus.publish(subjects.serviceSync(instance), SyncOrderSchema, {});
  let nextLearns = 0;
  // whoever said hello since then was told there
  const keysSince = clock.now();
  const teach = (instance: InstanceRecord, now: number) => {
    const wasTold = (instance.sessionOpenedAt ?? 0) >= keysSince;
    if (wasTold || now < nextLearns || !hasToLearn(taskKeys, instance.signingKeyIds)) return;
    nextLearns = now + LEARN_APART_MS;
    askForHello(instance);
  };
  return bus.subscribe(
    subjects.serviceUp('heartbeat'),
    HeartbeatSchema,
    async ({ epoch, guard: said }, subject) => {
      const { tenant, instanceId } = subjects.speakerOf(subject);
      const now = clock.now();
      const before = await write(async (unit) => {
        const { trx } = unit;
        const instances = new InstanceStore(trx);
        const instance = await instances.byId(instanceId);
        if (instance?.tenant !== tenant) return instance;
        if (instance.epoch !== epoch) return noticeClone(unit, instance, signInHeartbeat(instance, epoch), now);
        await instances.heard(instanceId, now);
        const guard = said && guardFrom(said);
        if (guard && !isSameGuard(guard, instance)) await instances.setGuard(instanceId, guard);
        if (!instance.online) await addToOutbox(trx, [presenceChanged(instance, true, now)]);
        return instance;
      }, tenant);
      if (before?.tenant !== tenant) {
        logger.warn({ instanceId, tenant }, 'ignored a heartbeat of a machine that is not registered');
      } else if (before.epoch !== epoch) {
        const sessions = { instanceId, epoch: epoch.toString(), newest: before.epoch.toString() };
        if (before.cloneNoticedAt === now) logger.warn(sessions, CLONE_WARNING);
        else logger.debug(sessions, 'ignored a heartbeat of another session');
        if (!before.online) askForHello(before);
      } else {
        if (clockWentBack(before, now)) askForHello(before);
        else teach(before, now);
        if (before.online) return;
        logger.info({ instanceId }, 'a machine is heard again');
        hooks.onSession({ ...before, online: true, lastHeartbeatAt: now });
      }
    },
    subjects.SERVICE_QUEUE,
  );
}
