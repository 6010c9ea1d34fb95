import type { HandlerContext, MethodImpl } from '@connectrpc/connect';
import { userKeyOf } from '@muster/bus';
import type { EnrollmentService, RegisterInstanceRequest } from '@muster/contract';
import { invalid, Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { addressRange } from '../address-range.ts';
import { checkMachineFacts } from '../domain/enrollment.ts';
import { badRegisterCode, type RegisterCode } from '../domain/register-code.ts';
import { enrol } from '../enrol.ts';
import { toBusCredentials } from '../instance-convert.ts';
import type { MachineContext } from '../machine-context.ts';
import { isRegisterCodeValue } from '../register-code-secret.ts';
import { RegisterCodeStore } from '../store/register-code-store.ts';

export function registerInstance(
  machines: MachineContext,
): MethodImpl<typeof EnrollmentService.method.registerInstance> {
  return async (request, context) => {
    const { write, clock, tenants, logger } = machines;
    checkMachineFacts(request);
    if (!userKeyOf(request.publicKey)) {
      throw invalid('InvalidParameterValue', 'PublicKey', 'must be the public nkey of a user (`U...`), but is not');
    }
    const code = await provenCode(machines, request);
    checkSource(code, context);
    const { accountUin, registerCodeId } = code;
    const tenant = await tenants.ensure(accountUin);
    const { publicKey, hostName, localIp, systemName, agentVersion, machineId } = request;
    const enrolled = await write((unit) =>
      enrol(
        unit,
        { registerCodeId, publicKey, tenant, hostName, localIp, systemName, agentVersion, machineId },
        clock.now(),
      ),
    );
    if (enrolled instanceof Refusal) throw enrolled;
    const { instanceId, name: instanceName } = enrolled;
    const credentials = await tenants.agentCredentials({ accountUin, instanceId, publicKey });
    logger.info({ instanceId, accountUin, registerCodeId }, 'a machine registered');
    return { instanceId, instanceName, credentials: toBusCredentials(credentials, machines) };
  };
}

/** The code whose value the request brings; an unknown code and a wrong value are told apart by nothing. */
async function provenCode({ db }: MachineContext, request: RegisterInstanceRequest): Promise<RegisterCode> {
  const found = await new RegisterCodeStore(db).find(request.registerCodeId);
  const proven = isRegisterCodeValue(request.registerCodeValue, found?.valueHash);
  if (!found || !proven) throw badRegisterCode();
  return found.code;
}

function checkSource(code: RegisterCode, context: HandlerContext): void {
  if (code.ipAddressRange === '') return;
  const address = callOf(context).peerAddress;
  if (addressRange(code.ipAddressRange)(address)) return;
  throw new Refusal(
    'denied',
    'OperationDenied',
    `the register code is for machines in \`${code.ipAddressRange}\`, this call came from \`${address}\``,
  );
}
