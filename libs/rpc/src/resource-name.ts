import { ResourceType } from '@muster/contract';
import { commandResource, instanceResource, invokerResource } from '@muster/kernel';

/** The six-segment name of a thing that a request names; iam-svc fills in the account. */
export function resourceName(type: ResourceType, region: string, id: string): string {
  switch (type) {
    case ResourceType.COMMAND:
      return commandResource(region, id);
    case ResourceType.INSTANCE:
      return instanceResource(region, id);
    case ResourceType.INVOKER:
      return invokerResource(region, id);
    case ResourceType.REGISTER_CODE:
      return `qcs::tat:${region}::register-code/${id}`;
    case ResourceType.USER:
      return `qcs::cam:::uin/${id}`;
    case ResourceType.POLICY:
      return `qcs::cam:::policyid/${id}`;
    case ResourceType.GROUP:
      return `qcs::cam:::groupid/${id}`;
    default:
      throw new Error(`no resource name is known for type ${type}`);
  }
}
