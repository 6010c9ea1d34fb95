import { type InstanceKind, instanceKind } from './ids.ts';

/**
 * Six-segment names of what is decided about (CAM section 4): `qcs::<service>:<region>:<account>:<path>`.
 * Services leave the account empty; iam-svc fills in the caller's own, so a request can never name another account.
 */
export function commandResource(region: string, commandId: string): string {
  return `qcs::tat:${region}::command/${commandId}`;
}

/** A schedule. */
export function invokerResource(region: string, invokerId: string): string {
  return `qcs::tat:${region}::invoker/${invokerId}`;
}

/** What stands before the id in the path of a machine's resource (CAM section 12.1, registered ones as 12.2 suggests). */
export const INSTANCE_PATHS = {
  CVM: 'instance/',
  LIGHTHOUSE: 'instance/',
  REGISTERED: 'register-instance/',
} as const satisfies Record<InstanceKind, string>;

const INSTANCE_SERVICES = {
  CVM: 'cvm',
  LIGHTHOUSE: 'lighthouse',
  REGISTERED: 'tat',
} as const satisfies Record<InstanceKind, string>;

/** The resource of a machine; service and path follow the id's kind. */
export function instanceResource(region: string, instanceId: string): string {
  return `${instancePlace(region, instanceKind(instanceId) ?? 'CVM')}${instanceId}`;
}

/** All machines of a kind, as a plan is asked for. */
export function instancesOfKind(region: string, kind: InstanceKind): string {
  return `${instancePlace(region, kind)}*`;
}

function instancePlace(region: string, kind: InstanceKind): string {
  return `qcs::${INSTANCE_SERVICES[kind]}:${region}::${INSTANCE_PATHS[kind]}`;
}
