import type { MessageInitShape } from '@bufbuild/protobuf';
import type { TaskOrderSchema } from '@muster/contract';
import type { RunDocument, Script } from './domain/invocation.ts';
import type { Task } from './domain/task.ts';
import { COMMAND_TYPE_TO_PROTO } from './enum-convert.ts';
import type { Upload } from './object-storage.ts';

/** What is ordered, and of whom. */
export interface OrderParts {
  readonly document: RunDocument;
  readonly script: Script;
  readonly instance: { readonly tenant: string; readonly instanceId: string; readonly epoch: bigint };
  /** Bytes kept of each output. */
  readonly outputLimit: number;
  /** Where the full output is put; undefined for nowhere. */
  readonly upload: Upload | undefined;
}

/** Everything that a machine acts on, all of it under one signature. It holds hidden values in the clear: it goes to the machine and nowhere else. */
export function taskOrder(
  task: Task,
  { document, script, instance, outputLimit, upload }: OrderParts,
): MessageInitShape<typeof TaskOrderSchema> {
  return {
    tenant: instance.tenant,
    instanceId: instance.instanceId,
    epoch: instance.epoch,
    invocationTaskId: task.invocationTaskId,
    invocationId: task.invocationId,
    content: new TextEncoder().encode(script.content),
    commandType: COMMAND_TYPE_TO_PROTO[document.commandType],
    username: document.username,
    workingDirectory: document.workingDirectory,
    timeoutSeconds: document.timeout,
    environment: script.environment,
    outputLimitBytes: outputLimit,
    expiresMs: BigInt(task.deadlineAt ?? 0),
    hiddenValues: [...script.hiddenValues],
    ...(upload ? { upload } : {}),
    requiredFeatures: [
      ...(script.hiddenValues.length > 0 ? ['HIDDEN_VALUES'] : []),
      ...(upload ? ['OUTPUT_UPLOAD'] : []),
    ],
  };
}
