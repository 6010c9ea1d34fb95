import type { SessionInstance } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { ACCOUNT_UIN } from '@muster/testkit';
import type { Machines } from '../src/machines.ts';

/** A machine of a test. */
export interface FakeMachine {
  readonly accountUin?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly online?: boolean;
  readonly features?: readonly string[];
  /** Empty: never heard. */
  readonly agentVersion?: string;
}

/** Stands in for invocation-svc. */
export interface FakeMachines extends Machines {
  /** By id; a test changes them as it likes. */
  readonly known: Map<string, FakeMachine>;
  /** What was asked about, in order. */
  readonly asked: { readonly accountUin: string; readonly instanceIds: readonly string[] }[];
  /** Nobody answers. */
  away: boolean;
}

/** Knows these machines; they are online and can do everything until a test says otherwise. */
export function fakeMachines(known: Readonly<Record<string, FakeMachine>> = {}): FakeMachines {
  const machines: FakeMachines = {
    known: new Map(Object.entries(known)),
    asked: [],
    away: false,
    async describe(accountUin, instanceIds) {
      if (machines.away) throw new Refusal('unavailable', 'ServiceUnavailable', 'nobody answers');
      machines.asked.push({ accountUin, instanceIds });
      return instanceIds.flatMap((instanceId) => {
        const machine = machines.known.get(instanceId);
        return machine && (machine.accountUin ?? ACCOUNT_UIN) === accountUin ? [described(instanceId, machine)] : [];
      });
    },
    sign: () => Promise.reject(new Error('nothing is signed here')),
  };
  return machines;
}

const FEATURES = ['session-shell', 'session-files', 'session-forward'];

function described(
  instanceId: string,
  { tags = {}, online = true, features = FEATURES, agentVersion = '0.1.0' }: FakeMachine,
): SessionInstance {
  return {
    $typeName: 'muster.invocation.v1.SessionInstance',
    ...{ instanceId, online, agentVersion, tenant: 'tenant', instanceName: '' },
    tags: Object.entries(tags).map(([key, value]) => ({ $typeName: 'muster.common.v1.Tag', key, value })),
    supportFeatures: [...features],
  };
}
