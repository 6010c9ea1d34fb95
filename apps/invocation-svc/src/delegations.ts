import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Transport } from '@connectrpc/connect';
import { DelegationService } from '@muster/contract';
import { type Call, createServiceClient } from '@muster/rpc';

/** Acting later for whoever calls now, as iam-svc lets this service. */
export interface Delegations {
  /** Remembers on whose behalf to act; no right is given yet. Gives the delegation's id. */
  create(call: Pick<Call, 'credential' | 'peerAddress' | 'requestId'>, purpose: string): Promise<string>;
  /**
   * The same, for runs that wait to start: as what the caller brought, with the one-time code behind it and no longer than the access key.
   * It ends by itself at `endsAt`, epoch milliseconds.
   */
  createForRuns(call: Pick<Call, 'credential' | 'peerAddress' | 'requestId'>, endsAt: number): Promise<string>;
  /** A token for one minute with the rights of now. Refusal: AuthFailure.TokenFailure when whoever gave it may act no longer. */
  issue(delegationId: string, requestId: string): Promise<string>;
  /** Forgets it; doing so again is harmless. */
  end(delegationId: string): Promise<void>;
}

const DEADLINE_MS = 5_000;

/** The delegations that iam-svc keeps. */
export function remoteDelegations(transport: Transport): Delegations {
  const iam = createServiceClient(DelegationService, transport, { timeoutMs: DEADLINE_MS });
  return {
    async create({ credential, peerAddress, requestId }, purpose) {
      return (await iam.createDelegation({ context: { credential, peerAddress, requestId }, purpose })).delegationId;
    },
    async createForRuns({ credential, peerAddress, requestId }, endsAt) {
      const context = { credential, peerAddress, requestId };
      const lives = { asBrought: true, expiredTime: timestampFromMs(endsAt) };
      return (await iam.createDelegation({ context, purpose: 'runs that wait to start', ...lives })).delegationId;
    },
    async issue(delegationId, requestId) {
      const headers = { 'x-request-id': requestId };
      return (await iam.issueDelegatedToken({ delegationId }, { headers })).token;
    },
    async end(delegationId) {
      await iam.endDelegation({ delegationId });
    },
  };
}
