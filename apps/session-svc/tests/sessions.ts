import { openStore } from '@muster/db';
import { ACCOUNT_UIN, USER_UIN } from '@muster/testkit';
import { migrations } from '../src/store/migrations/index.ts';
import type { SessionSchema } from '../src/store/schema.ts';
import type { SessionTable } from '../src/store/tables/session.ts';

/** A store in memory. */
export const memoryStore = () => openStore<SessionSchema>({ file: ':memory:', migrations });

let serial = 0;

/** A session that was just allowed, but for what a test says of it. */
export function sessionRow(given: Partial<SessionTable> = {}): SessionTable {
  const created = given.created_at ?? 1_000;
  return {
    session_id: `ses-${String(serial++).padStart(8, '0')}`,
    account_uin: ACCOUNT_UIN,
    instance_id: 'ins-00000001',
    tenant: 'tenant',
    kind: 'SHELL',
    forward_to: '',
    username: 'ubuntu',
    working_directory: '',
    create_uin: USER_UIN,
    principal: `user:${USER_UIN}`,
    reason: '',
    columns: 80,
    rows: 24,
    grace_ms: 60_000,
    idle_ms: 900_000,
    longest_ms: 43_200_000,
    record_output: 1,
    record_input: 0,
    state: 'PENDING',
    created_at: created,
    since: created,
    started_at: null,
    active_at: created,
    cut_at: null,
    end_reason: null,
    error_info: '',
    exit_code: null,
    ended_at: null,
    turn: 0,
    sequence: 0,
    frame_key: null,
    ...given,
  };
}
