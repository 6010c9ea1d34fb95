import { type Bus, type Subscription, subjects } from '@muster/bus';
import { SyncOrderSchema } from '@muster/contract';
import type { MachineContext } from '../machine-context.ts';
import { markOffline } from '../presence.ts';
import { InstanceStore } from '../store/instance-store.ts';

/** What hearing of ended connections needs. */
export interface DisconnectParts extends Pick<MachineContext, 'db' | 'write' | 'clock' | 'logger'> {
  readonly bus: Bus;
  /** The connection to the system account. */
  readonly control: Bus;
}

/**
 * Makes presence immediate: the bus tells when a connection ends. The machine may have opened another one before, so it is
 * offline only when the bus says that nobody listens to its subjects. Where somebody does, it is asked to say hello again.
 */
export function watchDisconnects({ control, bus, db, ...parts }: DisconnectParts): Subscription {
  return control.subscribeRaw(subjects.CLIENT_DISCONNECTED, async (data) => {
    const publicKey = userOf(data);
    const instance = publicKey ? await new InstanceStore(db).byPublicKey(publicKey) : undefined;
    if (!instance?.online) return;
    bus.publishToListener(subjects.serviceSync(instance), SyncOrderSchema, {}, () => {
      markOffline(parts, instance).catch((error: unknown) =>
        parts.logger.error({ err: error, instanceId: instance.instanceId }, 'a machine could not be marked offline'),
      );
    });
  });
}

/** The public key of the client that the server's advisory is about; the server has checked it, unlike the client's own name. */
function userOf(advisory: Uint8Array): string | undefined {
  const { client } = JSON.parse(new TextDecoder().decode(advisory)) as { client?: { user?: string } };
  return client?.user;
}
