import type { Call, Caller } from '@muster/rpc';

/** On whose behalf a run is made: the call that asks for it, or an invoker's maker at the moment of firing. */
export interface Authority
  extends Pick<Call, 'authorize' | 'plan' | 'asked' | 'credential' | 'peerAddress' | 'requestId'> {
  readonly caller: Caller;
}
