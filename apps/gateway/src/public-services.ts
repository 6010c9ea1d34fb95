import type { DescService } from '@bufbuild/protobuf';
import {
  AccountService,
  AnalysisService,
  AuditService,
  CommandService,
  EnrollmentService,
  GroupService,
  IamService,
  InstanceService,
  InvocationService,
  InvokerService,
  PolicyService,
  RoleService,
  SessionService,
  TokenService,
} from '@muster/contract';

/** The processes behind the gateway. */
export const UPSTREAMS = ['iam', 'command', 'invocation', 'session'] as const;
export type Upstream = (typeof UPSTREAMS)[number];

/** Those without which the gateway is of use all the same: where they are away, only what they answer is. */
export const DISPENSABLE: readonly Upstream[] = ['session'];

/**
 * Everything that can be reached from outside, and who answers it. The list is written out so that a new internal service
 * stays unreachable until somebody decides otherwise.
 */
export const PUBLIC_SERVICES: readonly { readonly service: DescService; readonly upstream: Upstream }[] = [
  { service: TokenService, upstream: 'iam' },
  { service: IamService, upstream: 'iam' },
  { service: AccountService, upstream: 'iam' },
  { service: GroupService, upstream: 'iam' },
  { service: PolicyService, upstream: 'iam' },
  { service: RoleService, upstream: 'iam' },
  { service: AnalysisService, upstream: 'iam' },
  { service: AuditService, upstream: 'iam' },
  { service: CommandService, upstream: 'command' },
  { service: InvocationService, upstream: 'invocation' },
  { service: InvokerService, upstream: 'invocation' },
  { service: InstanceService, upstream: 'invocation' },
  { service: EnrollmentService, upstream: 'invocation' },
  { service: SessionService, upstream: 'session' },
];
