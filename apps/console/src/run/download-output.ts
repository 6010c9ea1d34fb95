import { type InvocationTask, OutputStream } from '@muster/contract';
import { invocations } from '../api/clients.ts';

/** Saves one output of a task as a file, byte for byte. */
export async function downloadOutput(task: InvocationTask, stream: OutputStream): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const { chunk } of invocations.getTaskOutput({ invocationTaskId: task.invocationTaskId, stream })) {
    if (chunk) parts.push(new Uint8Array(chunk.data));
  }
  const name = stream === OutputStream.STDERR ? 'stderr' : 'stdout';
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${task.invocationId}_${task.instanceId}_${name}.log`;
  link.click();
  URL.revokeObjectURL(url);
}
