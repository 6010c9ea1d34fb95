import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../src/constellation.ts';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(0);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

/** buf's curl is a gRPC client in Go that knows nothing of our files: it learns everything by reflection. */
const curl = (args: readonly string[]) =>
  promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'buf'), [
    'curl',
    '--http2-prior-knowledge',
    '--protocol',
    'grpc',
    ...args,
  ]);

it('serves a gRPC client that is not ours, from each service, by reflection alone', async () => {
  const { command, invocation, iam } = fixture.constellation.grpc;
  for (const [address, service] of [
    [command, 'muster.command.v1.CommandService'],
    [invocation, 'muster.invocation.v1.InvocationService'],
    [iam, 'muster.iam.v1.IamService'],
  ]) {
    expect((await curl(['--list-services', `http://${address}`])).stdout).toContain(service);
    expect((await curl(['-d', '{}', `http://${address}/grpc.health.v1.Health/Check`])).stdout).toContain('SERVING');
  }
  const refused = curl(['-d', '{}', `http://${command}/muster.command.v1.CommandService/DescribeCommands`]);
  await expect(refused).rejects.toThrow(/unauthenticated[\s\S]*bearer token/);
});
