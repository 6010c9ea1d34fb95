import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { escapeText } from './domain/escape.ts';
import { ago } from './output/time.ts';

/** What to do about an instance whose identity two machines have; undefined when that was never noticed. */
export function cloneNote(
  {
    instanceId,
    instanceName,
    cloneNoticedTime,
  }: { instanceId: string; instanceName: string; cloneNoticedTime?: Timestamp },
  nowMs: number,
): string | undefined {
  if (!cloneNoticedTime) return undefined;
  const name = escapeText(instanceName || instanceId);
  return `${name}: two machines spoke as ${instanceId}, last ${ago(cloneNoticedTime, nowMs)}: one is a copy of the other. There, type what \`muster agent install --register-again\` prints`;
}
