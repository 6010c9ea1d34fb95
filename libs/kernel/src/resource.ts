import { instanceKind } from './ids.ts';

/**
 * Six-segment names of what is decided about (CAM section 4): `qcs::<service>:<region>:<account>:<path>`.
 * Services leave the account empty; iam-svc fills in the caller's own, so a request can never name another account.
 */
export function commandResource(region: string, commandId: string): string {
  return `qcs::tat:${region}::command/${commandId}`;
}

/** The resource of a machine; the service segment follows the id's kind (CAM section 12.1, registered ones as 12.2 suggests). */
export function instanceResource(region: string, instanceId: string): string {
  switch (instanceKind(instanceId)) {
    case 'LIGHTHOUSE':
      return `qcs::lighthouse:${region}::instance/${instanceId}`;
    case 'REGISTERED':
      return `qcs::tat:${region}::register-instance/${instanceId}`;
    default:
      return `qcs::cvm:${region}::instance/${instanceId}`;
  }
}
