import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { IamService, TokenService } from '@muster/contract';
import { bearer, createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import type { Constellation } from '../src/constellation.ts';

/** Clients of a constellation's services, as whoever a token says. */
export interface Callers {
  /** The root account's token. */
  readonly root: string;
  /** A client of the service that owns it, with this token; without one when it is empty. */
  at<S extends DescService>(service: S, token?: string): Client<S>;
  /** A token for an access key. */
  exchange(key: { secretId: string; secretKey: string }): Promise<string>;
  /** A new sub-user who may do what these statements say. */
  userWith(name: string, statement: readonly object[]): Promise<{ uin: string; token: string }>;
}

/** Logs in as root. */
export async function startCalling({ grpc, root: rootKey }: Constellation): Promise<Callers> {
  const at: Callers['at'] = (service, token = '') => {
    const place = service.typeName.split('.')[1]!;
    // enrolment is invocation-svc's, though it is for agents
    const address = grpc[(place === 'agent' ? 'invocation' : place) as keyof Constellation['grpc']];
    return createServiceClient(service, grpcTransport({ address, interceptors: token ? [bearer(() => token)] : [] }));
  };
  const exchange: Callers['exchange'] = async (key) =>
    (await at(TokenService).exchangeAccessKey(signExchange(key, Date.now()))).token;
  const root = await exchange(rootKey);
  return {
    root,
    at,
    exchange,
    async userWith(name, statement) {
      const iam = at(IamService, root);
      const user = await iam.addUser({ name, useApi: true });
      const policyDocument = JSON.stringify({ version: '2.0', statement });
      const { policyId } = await iam.createPolicy({ policyName: name, policyDocument });
      await iam.attachUserPolicy({ policyId, attachUin: user.uin });
      return { uin: user.uin, token: await exchange(user) };
    },
  };
}

/** What a call without the right gets. */
export const DENIED = { kind: 'denied', reason: 'UnauthorizedOperation.CamAuthFailed' };
