import type { SessionSettings } from './session-settings.ts';

const DAY_MS = 86_400_000;
const MEGABYTE = 1_048_576;

/** How many of the oldest recordings (in the order of their ends) have to go: they are too old, or there is too much in all. */
export function howManyGo(
  oldest: readonly { readonly sealedAt: number; readonly storedBytes: number }[],
  { totalBytes, now }: { readonly totalBytes: number; readonly now: number },
  { recordingDays, recordingMegabytes }: Pick<SessionSettings, 'recordingDays' | 'recordingMegabytes'>,
): number {
  let left = totalBytes;
  const stays = oldest.findIndex(({ sealedAt, storedBytes }) => {
    if (left <= recordingMegabytes * MEGABYTE && now < sealedAt + recordingDays * DAY_MS) return true;
    left -= storedBytes;
    return false;
  });
  return stays < 0 ? oldest.length : stays;
}
