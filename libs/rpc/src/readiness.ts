import type { DescService } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { createServiceClient } from './client.ts';
import type { HealthState } from './health.ts';

/** Something that a process cannot do all of its work without. */
export interface Dependency {
  /** What it is called in the log. */
  readonly name: string;
  /** Whether it is there now. */
  readonly check: () => boolean | Promise<boolean>;
  /** The services that cannot do their work without; all of the process when absent. */
  readonly neededBy?: readonly DescService[];
}

/** What to say, of what. */
export interface ReadinessOptions {
  readonly services: readonly DescService[];
  readonly dependencies: readonly Dependency[];
  readonly logger: Logger;
  /** How often everything is looked at, in milliseconds; 1,000 when absent. */
  readonly everyMs?: number;
}

/**
 * Keeps health true: a service is SERVING while all that it needs is there, and the process as a whole (the empty name) while everything
 * is. Services go on answering whatever they can; health is for those who may choose whom to ask.
 */
export function keepHealthTrue(
  health: HealthState,
  { services, dependencies, logger, everyMs = 1_000 }: ReadinessOptions,
): AsyncDisposable {
  const missing = new Set<Dependency>();
  const seen = new Set<Dependency>();
  let looking: Promise<void> | undefined;
  const look = async () => {
    const there = await Promise.all(dependencies.map(async ({ check }) => check()));
    dependencies.forEach((dependency, index) => {
      const { name } = dependency;
      if (there[index]) seen.add(dependency);
      if (there[index] && missing.delete(dependency)) logger.info({ what: name }, 'it is there');
      if (there[index] || missing.has(dependency)) return;
      missing.add(dependency);
      // services start in any order: only what was there before is missed
      logger[seen.has(dependency) ? 'warn' : 'info']({ what: name }, 'not ready: it is not there');
    });
    for (const service of services) {
      const needs = [...missing].some(({ neededBy }) => neededBy?.includes(service) ?? true);
      health.set(service.typeName, !needs);
    }
    health.set('', missing.size === 0);
  };
  const lookUnlessLooking = () => {
    looking ??= look()
      .catch((error: unknown) => logger.error({ err: error }, 'readiness could not be judged'))
      .finally(() => {
        looking = undefined;
      });
  };
  lookUnlessLooking();
  const timer = setInterval(lookUnlessLooking, everyMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Asks another process whether this service of it takes calls. */
export function isServing(transport: Transport, { typeName }: DescService): () => Promise<boolean> {
  const health = createServiceClient(Health, transport, { timeoutMs: 1_000 });
  return () =>
    health.check({ service: typeName }).then(
      ({ status }) => status === ServingStatus.SERVING,
      () => false,
    );
}
