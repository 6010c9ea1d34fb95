import { EventEmitter, on } from 'node:events';
import type { ServiceImpl } from '@connectrpc/connect';
import { type Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@muster/contract';
import { notFound } from '@muster/kernel';

/** The standard gRPC health service of one process. The empty name stands for the process as a whole. */
export class HealthState extends EventEmitter {
  readonly #states = new Map<string, ServingStatus>();

  /** Says whether a service (or, with the empty name, the process) takes calls. */
  set(service: string, serving: boolean): void {
    this.#states.set(service, serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    this.emit('change');
  }

  readonly handlers: ServiceImpl<typeof Health> = {
    check: ({ service }) => {
      const status = this.#states.get(service);
      if (status === undefined) throw notFound('ResourceNotFound', 'service', service);
      return { status };
    },
    watch: ({ service }, { signal }) => this.#watch(service, signal),
  };

  async *#watch(service: string, signal: AbortSignal) {
    const changes = on(this, 'change', { signal });
    let last: ServingStatus | undefined;
    try {
      for (;;) {
        const status = this.#states.get(service) ?? ServingStatus.SERVICE_UNKNOWN;
        if (status !== last) yield { status };
        last = status;
        await changes.next();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
