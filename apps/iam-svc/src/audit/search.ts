import { setImmediate } from 'node:timers/promises';
import type { AuditFilter, AuditReader } from '../store/audit-store.ts';
import type { AuditRecord } from './record.ts';

/** Records that one statement looks at, so that a search for what is rare does not keep everything else waiting. */
const WINDOW = 4_096;

/** The newest `limit` records that fit and are older than number `before` (0 for the newest of all). */
export async function searchAudit(
  records: AuditReader,
  filter: AuditFilter,
  { before, limit }: { before: number; limit: number },
): Promise<AuditRecord[]> {
  const { newest } = await records.end(filter.accountUin);
  const found: AuditRecord[] = [];
  let high = before === 0 ? newest + 1 : Math.min(before, newest + 1);
  while (high > 1 && found.length < limit) {
    const low = Math.max(1, high - WINDOW);
    found.push(...(await records.between(filter, { low, high, limit: limit - found.length })));
    high = low;
    await setImmediate();
  }
  return found;
}
