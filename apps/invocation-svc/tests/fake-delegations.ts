import { Refusal } from '@muster/kernel';
import type { Delegations } from '../src/delegations.ts';

/** Delegations that a test looks into. The token that one gives is the credential that it was made with. */
export interface FakeDelegations extends Delegations {
  /** Those in force: the credential by the delegation's id. */
  readonly given: Map<string, string>;
  /** Those for runs that wait to start, in the same way. */
  readonly forRuns: Map<string, string>;
  /** What each was for. */
  readonly purposes: string[];
  /** Thrown instead of a token, as iam-svc would. */
  refusal: Refusal | undefined;
}

/** Stands in for iam-svc's. */
export function fakeDelegations(): FakeDelegations {
  let serial = 0;
  const fake: FakeDelegations = {
    given: new Map(),
    forRuns: new Map(),
    purposes: [],
    refusal: undefined,
    async create({ credential }, purpose) {
      const id = `delegation-${++serial}`;
      fake.given.set(id, credential);
      fake.purposes.push(purpose);
      return id;
    },
    async createForRuns({ credential }) {
      const id = `runs-${++serial}`;
      fake.forRuns.set(id, credential);
      return id;
    },
    async issue(delegationId) {
      if (fake.refusal) throw fake.refusal;
      const credential = fake.given.get(delegationId) ?? fake.forRuns.get(delegationId);
      if (credential === undefined) {
        throw new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'the delegation has ended');
      }
      return credential;
    },
    async end(delegationId) {
      if (fake.refusal) throw fake.refusal;
      fake.given.delete(delegationId);
    },
  };
  return fake;
}
