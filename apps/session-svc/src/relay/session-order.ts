import { create, toBinary } from '@bufbuild/protobuf';
import { SessionOrderSchema, SessionProgram } from '@muster/contract';
import { SESSION_FEATURES } from '@muster/terminal';
import type { SessionKindName } from '../domain/session-kind.ts';
import type { Session } from '../store/session-store.ts';

const PROGRAMS: Readonly<Record<SessionKindName, SessionProgram>> = {
  SHELL: SessionProgram.SHELL,
  FILES: SessionProgram.FILES,
  FORWARD: SessionProgram.FORWARD,
};

/** What a machine is ordered to open for a session whose frames this public key proves: the bytes that get signed. */
export function orderOf(session: Session, publicKey: Uint8Array): Uint8Array {
  const { kind } = session;
  return toBinary(
    SessionOrderSchema,
    create(SessionOrderSchema, {
      instanceId: session.instance_id,
      sessionId: session.session_id,
      frameKey: publicKey,
      username: session.username,
      workingDirectory: session.working_directory,
      columns: session.columns,
      rows: session.rows,
      graceSeconds: session.grace_ms / 1_000,
      longestSeconds: session.longest_ms / 1_000,
      requiredFeatures: kind === 'SHELL' ? [] : [SESSION_FEATURES[kind]],
      program: PROGRAMS[kind],
      forwardTo: session.forward_to,
      reportInput: session.record_input === 1,
    }),
  );
}
