import { randomUUID } from 'node:crypto';

/** 16 characters that name a decision in answers, logs and records. Node keeps random bytes for UUIDs in stock; others cost 3 µs. */
export function newDecisionId(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18);
}
