import type { ServiceImpl } from '@connectrpc/connect';
import type {
  EnrollmentService,
  InstanceService,
  InvocationInternalService,
  InvocationService,
  InvokerService,
} from '@muster/contract';
import type { Context } from '../context.ts';
import type { InvokerContext } from '../invoker-context.ts';
import type { MachineContext } from '../machine-context.ts';
import { cancelInvocation } from './cancel-invocation.ts';
import { createInvoker } from './create-invoker.ts';
import { createRegisterCode } from './create-register-code.ts';
import { deleteInvoker } from './delete-invoker.ts';
import { deleteRegisterCodes } from './delete-register-codes.ts';
import { deleteRegisterInstance } from './delete-register-instance.ts';
import { describeAutomationAgentStatus } from './describe-automation-agent-status.ts';
import { describeCommandUse } from './describe-command-use.ts';
import { describeInvocationTasks } from './describe-invocation-tasks.ts';
import { describeInvocations } from './describe-invocations.ts';
import { describeInvokerRecords } from './describe-invoker-records.ts';
import { describeInvokers } from './describe-invokers.ts';
import { describeQuotas } from './describe-quotas.ts';
import { describeRegions } from './describe-regions.ts';
import { describeRegisterCodes } from './describe-register-codes.ts';
import { describeRegisterInstances } from './describe-register-instances.ts';
import { describeSessionInstances } from './describe-session-instances.ts';
import { disableInvoker } from './disable-invoker.ts';
import { disableRegisterCodes } from './disable-register-codes.ts';
import { enableInvoker } from './enable-invoker.ts';
import { getTaskOutput } from './get-task-output.ts';
import { invokeCommand } from './invoke-command.ts';
import { modifyInvoker } from './modify-invoker.ts';
import { modifyRegisterInstance } from './modify-register-instance.ts';
import { registerInstance } from './register-instance.ts';
import { renewCredentials } from './renew-credentials.ts';
import { retryInvocation } from './retry-invocation.ts';
import { runCommand } from './run-command.ts';
import { searchTaskOutput } from './search-task-output.ts';
import { signSessionOrder } from './sign-session-order.ts';
import { tagInstances } from './tag-instances.ts';
import { tagInvokers } from './tag-invokers.ts';
import { tagRegisterCodes } from './tag-register-codes.ts';
import { untagInstances } from './untag-instances.ts';
import { untagInvokers } from './untag-invokers.ts';
import { untagRegisterCodes } from './untag-register-codes.ts';
import { watchInvocation } from './watch-invocation.ts';

/** Every method about runs. */
export function invocationHandlers(context: Context) {
  return {
    runCommand: runCommand(context),
    invokeCommand: invokeCommand(context),
    cancelInvocation: cancelInvocation(context),
    retryInvocation: retryInvocation(context),
    describeInvocations: describeInvocations(context),
    describeInvocationTasks: describeInvocationTasks(context),
    watchInvocation: watchInvocation(context),
    getTaskOutput: getTaskOutput(context),
    searchTaskOutput: searchTaskOutput(context),
  } satisfies ServiceImpl<typeof InvocationService>;
}

/** Every method about machines. */
export function instanceHandlers(context: MachineContext) {
  return {
    createRegisterCode: createRegisterCode(context),
    describeRegisterCodes: describeRegisterCodes(context),
    disableRegisterCodes: disableRegisterCodes(context),
    deleteRegisterCodes: deleteRegisterCodes(context),
    describeRegisterInstances: describeRegisterInstances(context),
    modifyRegisterInstance: modifyRegisterInstance(context),
    deleteRegisterInstance: deleteRegisterInstance(context),
    describeQuotas: describeQuotas(context),
    describeRegions: describeRegions(context),
    describeAutomationAgentStatus: describeAutomationAgentStatus(context),
    tagInstances: tagInstances(context),
    untagInstances: untagInstances(context),
    tagRegisterCodes: tagRegisterCodes(context),
    untagRegisterCodes: untagRegisterCodes(context),
  } satisfies ServiceImpl<typeof InstanceService>;
}

/** How machines get and keep their identity. */
export function enrollmentHandlers(context: MachineContext) {
  return {
    registerInstance: registerInstance(context),
    renewCredentials: renewCredentials(context),
  } satisfies ServiceImpl<typeof EnrollmentService>;
}

/** Every method about schedules. */
export function invokerHandlers(context: InvokerContext) {
  return {
    createInvoker: createInvoker(context),
    modifyInvoker: modifyInvoker(context),
    deleteInvoker: deleteInvoker(context),
    enableInvoker: enableInvoker(context),
    disableInvoker: disableInvoker(context),
    describeInvokers: describeInvokers(context),
    describeInvokerRecords: describeInvokerRecords(context),
    tagInvokers: tagInvokers(context),
    untagInvokers: untagInvokers(context),
  } satisfies ServiceImpl<typeof InvokerService>;
}

/** What command-svc asks about runs and schedules, and session-svc about machines. */
export function internalHandlers(context: Context) {
  return {
    describeCommandUse: describeCommandUse(context),
    describeSessionInstances: describeSessionInstances(context),
    signSessionOrder: signSessionOrder(context),
  } satisfies ServiceImpl<typeof InvocationInternalService>;
}
