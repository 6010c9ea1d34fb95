import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { verifyByUser } from '@muster/bus';
import { EnrollmentService, type RegisterInstanceRequest } from '@muster/contract';
import type { FakeService } from './fake-service.ts';

export const CODE_ID = 'the-code';
export const CODE_VALUE = 'ab'.repeat(32);
/** The machine that everybody becomes who registers. */
export const ENROLLED = 'ins-enrolled';

/** Stands in for the gateway: registers machines, renews credentials, and serves a folder below /agent/. */
export interface FakeGateway extends AsyncDisposable {
  readonly url: string;
  readonly registrations: RegisterInstanceRequest[];
  readonly renewals: number;
  /** Makes it known to a machine that never registered here. */
  know(instanceId: string, publicKey: string): void;
  /** Why renewals are refused; undefined when they are not. */
  refusal: ConnectError | undefined;
  /** Renewals that were asked for. */
  readonly asked: number;
}

/** What a test may set. */
export interface FakeGatewayOptions {
  /** The folder served below /agent/; none when absent. */
  readonly agentDir?: string;
  /** How long credentials last. */
  readonly credentialSeconds?: number;
}

export async function startFakeGateway(
  service: FakeService,
  { agentDir = '', credentialSeconds = 600 }: FakeGatewayOptions = {},
): Promise<FakeGateway> {
  const registrations: RegisterInstanceRequest[] = [];
  let renewals = 0;
  let asked = 0;
  const publicKeys = new Map<string, string>();
  const credentials = async (instanceId: string) => ({
    servers: [service.nats.url],
    jwt: await service.userJwt(instanceId, publicKeys.get(instanceId)!, credentialSeconds),
    signingKeys: Object.entries(service.signingKeys).map(([keyId, key]) => ({
      keyId,
      publicKey: Buffer.from(key, 'base64'),
    })),
  });
  const enrollment: ServiceImpl<typeof EnrollmentService> = {
    async registerInstance(request) {
      registrations.push(request);
      if (request.registerCodeValue !== CODE_VALUE) {
        throw new ConnectError('the register code is not valid', Code.NotFound);
      }
      publicKeys.set(ENROLLED, request.publicKey);
      return { instanceId: ENROLLED, instanceName: 'web', credentials: await credentials(ENROLLED) };
    },
    async renewCredentials({ instanceId, timestampMs, signature }) {
      asked += 1;
      if (gateway.refusal) throw gateway.refusal;
      const text = `renew\n${instanceId}\n${timestampMs}`;
      if (!verifyByUser(publicKeys.get(instanceId)!, text, signature)) {
        throw new ConnectError('no', Code.Unauthenticated);
      }
      if (Math.abs(Number(timestampMs) - Date.now()) > 60_000) throw new ConnectError('late', Code.Unauthenticated);
      renewals += 1;
      return { credentials: await credentials(instanceId) };
    },
  };
  const methods = connectNodeAdapter({ routes: (router) => router.service(EnrollmentService, enrollment) });
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/agent/')) return methods(request, response);
    const file = join(agentDir, request.url.slice('/agent/'.length));
    if (agentDir === '' || !existsSync(file)) response.writeHead(404).end();
    else response.end(readFileSync(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gateway: FakeGateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    registrations,
    get renewals() {
      return renewals;
    },
    get asked() {
      return asked;
    },
    refusal: undefined,
    know: (instanceId, publicKey) => void publicKeys.set(instanceId, publicKey),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return gateway;
}
