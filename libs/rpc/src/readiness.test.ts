import { AuthorizationService, HealthCheckResponse_ServingStatus, IamService } from '@muster/contract';
import { createLogger } from '@muster/telemetry';
import { expect, it } from 'vitest';
import { HealthState, keepHealthTrue } from './index.ts';

const { SERVING, NOT_SERVING } = HealthCheckResponse_ServingStatus;

it('says of each service whether what it needs is there, and of the process whether all is', async () => {
  const there = { store: true, bus: true };
  const health = new HealthState();
  const services = [AuthorizationService, IamService];
  await using _keeping = keepHealthTrue(health, {
    services,
    logger: createLogger('test', 'silent'),
    everyMs: 5,
    dependencies: [
      { name: 'the store', check: () => there.store },
      { name: 'the bus', check: async () => there.bus, neededBy: [IamService] },
    ],
  });
  const said = () =>
    ['', ...services.map(({ typeName }) => typeName)].map((service) => {
      const answer = health.handlers.check({ service } as never, {} as never) as { status: unknown };
      return answer.status;
    });
  await expect.poll(said).toEqual([SERVING, SERVING, SERVING]);
  there.bus = false;
  await expect.poll(said).toEqual([NOT_SERVING, SERVING, NOT_SERVING]);
  there.store = false;
  await expect.poll(said).toEqual([NOT_SERVING, NOT_SERVING, NOT_SERVING]);
  there.store = true;
  there.bus = true;
  await expect.poll(said).toEqual([SERVING, SERVING, SERVING]);
});
