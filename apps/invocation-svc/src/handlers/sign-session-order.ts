import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MethodImpl } from '@connectrpc/connect';
import {
  type InvocationInternalService,
  type SessionOrder,
  SessionOrderSchema,
  SessionProgram,
  SignedSessionOrderSchema,
} from '@muster/contract';
import { invalid, notFound } from '@muster/kernel';
import type { Context } from '../context.ts';
import { checkSessionOrder, ORDER_LIVES_MS, ORDER_MAX_BYTES } from '../domain/session-order.ts';
import { absence } from '../domain/targets.ts';
import { InstanceStore } from '../store/instance-store.ts';

const PROGRAMS: Record<SessionProgram, 'SHELL' | 'FILES' | 'FORWARD'> = {
  [SessionProgram.UNSPECIFIED]: 'SHELL',
  [SessionProgram.SHELL]: 'SHELL',
  [SessionProgram.FILES]: 'FILES',
  [SessionProgram.FORWARD]: 'FORWARD',
};

export function signSessionOrder({
  db,
  clock,
  signer,
}: Pick<Context, 'db' | 'clock' | 'signer'>): MethodImpl<typeof InvocationInternalService.method.signSessionOrder> {
  return async ({ accountUin, order: bytes }) => {
    const order = orderFrom(bytes);
    checkSessionOrder({ ...order, program: PROGRAMS[order.program] });
    const { instanceId } = order;
    const [instance] = await new InstanceStore(db).byIds(accountUin, [instanceId]);
    if (!instance) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', instanceId);
    const { tenant, online, epoch, signingKeyIds } = instance;
    if (!online) throw absence([{ instanceId, online, installed: epoch > 0n }], 'InstanceId');
    const expiresMs = BigInt(clock.now() + ORDER_LIVES_MS);
    const signed = signer.signSession({ ...order, tenant, epoch, expiresMs }, signingKeyIds);
    return { order: toBinary(SignedSessionOrderSchema, create(SignedSessionOrderSchema, signed)), tenant };
  };
}

/** Of the order what this service knows: nothing else is signed. */
function orderFrom(bytes: Uint8Array): SessionOrder {
  if (bytes.length > ORDER_MAX_BYTES) {
    throw invalid('InvalidParameterValue', 'Order', `must be at most ${ORDER_MAX_BYTES} bytes, was ${bytes.length}`);
  }
  try {
    return fromBinary(SessionOrderSchema, bytes, { readUnknownFields: false });
  } catch {
    throw invalid('InvalidParameterValue', 'Order', 'must be a serialised SessionOrder, is none');
  }
}
