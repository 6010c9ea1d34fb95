import { randomUUID } from 'node:crypto';

/** 16 characters that name a decision in answers, logs and records. Node keeps random bytes for UUIDs in stock; others cost 3 µs. */
export function newDecisionId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16);
}
