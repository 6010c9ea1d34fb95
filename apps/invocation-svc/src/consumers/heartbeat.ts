import { type Bus, type Subscription, subjects } from '@muster/bus';
import { HeartbeatSchema } from '@muster/contract';
import { addToOutbox } from '@muster/db';
import { presenceChanged } from '../instance-events.ts';
import type { MachineContext, TaskHooks } from '../machine-context.ts';
import { InstanceStore } from '../store/instance-store.ts';

/** What listening to heartbeats needs. */
export interface HeartbeatParts extends Pick<MachineContext, 'write' | 'clock' | 'logger'> {
  readonly bus: Bus;
  readonly hooks: Pick<TaskHooks, 'onSession'>;
}

/** Keeps presence fresh. Only the newest session counts: an older one that still speaks is a clone, or a machine restored from a copy. */
export function listenToHeartbeats({ bus, write, clock, logger, hooks }: HeartbeatParts): Subscription {
  return bus.subscribe(
    subjects.serviceUp('heartbeat'),
    HeartbeatSchema,
    async ({ epoch }, subject) => {
      const { tenant, instanceId } = subjects.speakerOf(subject);
      const now = clock.now();
      const before = await write(async ({ trx }) => {
        const instances = new InstanceStore(trx);
        const instance = await instances.byId(instanceId);
        if (instance?.tenant !== tenant || instance.epoch !== epoch) return instance;
        await instances.heard(instanceId, now);
        if (!instance.online) await addToOutbox(trx, [presenceChanged(instance, true, now)]);
        return instance;
      });
      if (before?.tenant !== tenant) {
        logger.warn({ instanceId, tenant }, 'ignored a heartbeat of a machine that is not registered');
      } else if (before.epoch !== epoch) {
        logger.warn(
          { instanceId, epoch: epoch.toString(), newest: before.epoch.toString() },
          'ignored a heartbeat of another session; is this machine a clone?',
        );
      } else if (!before.online) {
        logger.info({ instanceId }, 'a machine is heard again');
        hooks.onSession({ ...before, online: true, lastHeartbeatAt: now });
      }
    },
    subjects.SERVICE_QUEUE,
  );
}
