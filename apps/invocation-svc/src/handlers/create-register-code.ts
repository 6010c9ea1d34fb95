import type { MethodImpl } from '@connectrpc/connect';
import { checkTags, RESOURCE_TAGS_MAX } from '@muster/command';
import {
  CreateRegisterCodeRequestSchema,
  CreateRegisterCodeResponseSchema,
  type InstanceService,
} from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { addressRange } from '../address-range.ts';
import { checkRegisterCode, checkRegisterCodeQuota } from '../domain/register-code.ts';
import { fromInstanceKind } from '../instance-convert.ts';
import type { MachineContext } from '../machine-context.ts';
import { hashRegisterCodeValue, newRegisterCodeValue } from '../register-code-secret.ts';
import { RegisterCodeStore } from '../store/register-code-store.ts';
import { TagStore } from '../store/tag-store.ts';
import { writeOnce } from '../write-once.ts';

export function createRegisterCode(
  machines: Pick<MachineContext, 'write' | 'clock' | 'vault' | 'registerCodeQuota'>,
): MethodImpl<typeof InstanceService.method.createRegisterCode> {
  return async (request, context) => {
    const { caller } = callOf(context);
    const now = machines.clock.now();
    const settings = checkRegisterCode(request, now);
    const kind = fromInstanceKind(request.instanceKind);
    if (!kind) {
      throw invalid(
        'InvalidParameter',
        'InstanceKind',
        `must be CVM, LIGHTHOUSE or REGISTERED, was ${request.instanceKind}`,
      );
    }
    if (request.ipAddressRange !== '') addressRange(request.ipAddressRange);
    const tags = checkTags(
      request.tags.map(({ key, value }) => ({ key, value })),
      RESOURCE_TAGS_MAX,
    );
    const code = {
      ...settings,
      registerCodeId: crypto.randomUUID(),
      accountUin: caller.accountUin,
      kind,
      registeredCount: 0,
      ipAddressRange: request.ipAddressRange,
      enabled: true,
      createdAt: now,
      updatedAt: now,
    };
    const registerCodeValue = newRegisterCodeValue();
    const schemas = { input: CreateRegisterCodeRequestSchema, output: CreateRegisterCodeResponseSchema };
    return writeOnce(machines, { caller, request, ...schemas }, async ({ trx }) => {
      const codes = new RegisterCodeStore(trx);
      checkRegisterCodeQuota(await codes.count(caller.accountUin), machines.registerCodeQuota);
      await codes.insert({ code, valueHash: hashRegisterCodeValue(registerCodeValue) });
      await new TagStore(trx, 'register_code_tag').replace(code.registerCodeId, tags);
      return { registerCodeId: code.registerCodeId, registerCodeValue };
    });
  };
}
