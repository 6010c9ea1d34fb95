import { sign } from 'node:crypto';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type SessionOrder,
  SessionOrderSchema,
  type SignedSessionOrderSchema,
  type SignedTaskSchema,
  TaskOrderSchema,
} from '@muster/contract';
import { signedText } from '@muster/terminal';
import type { TaskKeys } from './task-keys.ts';

/** Signs orders, so that machines run only what this service made. */
export interface TaskSigner extends Pick<TaskKeys, 'keys' | 'keySets'> {
  /**
   * Signs the order's bytes, every field of it, with the newest key that the machine says it accepts. `known` is empty of machines that
   * do not say: they were told keys when they registered and at every renewal, and surely know the oldest.
   */
  sign(
    order: MessageInitShape<typeof TaskOrderSchema>,
    known: readonly string[],
  ): MessageInitShape<typeof SignedTaskSchema>;
  /** The same for an order for a shell. What is signed begins with words of its own, so that neither order passes for the other. */
  signSession(order: SessionOrder, known: readonly string[]): MessageInitShape<typeof SignedSessionOrderSchema>;
}

/** The signer with these keys. */
export function taskSigner({ keys, keySets }: TaskKeys): TaskSigner {
  const keyFor = (known: readonly string[]) => keys.findLast((key) => known.includes(key.keyId)) ?? keys[0];
  return {
    keys,
    keySets,
    sign(order, known) {
      const { keyId, privateKey } = keyFor(known);
      const bytes = toBinary(TaskOrderSchema, create(TaskOrderSchema, order));
      return { order: bytes, signature: sign(null, bytes, privateKey), keyId };
    },
    signSession(order, known) {
      const { keyId, privateKey } = keyFor(known);
      const bytes = toBinary(SessionOrderSchema, order);
      return { order: bytes, signature: sign(null, signedText('order', bytes), privateKey), keyId };
    },
  };
}

/** Whether a machine that accepts these keys has to be told of others. One that says none cannot learn any. */
export function hasToLearn(
  { keys }: { readonly keys: readonly { readonly keyId: string }[] },
  known: readonly string[],
): boolean {
  return known.length > 0 && (known.length !== keys.length || keys.some(({ keyId }) => !known.includes(keyId)));
}
