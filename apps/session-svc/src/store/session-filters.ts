import type { Filter } from '@muster/command';
import type { SessionState } from '@muster/terminal';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { SessionKindName } from '../domain/session-kind.ts';
import type { SessionSchema } from './schema.ts';

/** One checked filter of a list as a condition on the session. */
export function filterCondition(
  where: ExpressionBuilder<SessionSchema, 'session'>,
  { name, values }: Filter,
): Expression<SqlBool> {
  switch (name) {
    case 'instance-id':
      return where('session.instance_id', 'in', values);
    case 'session-state':
      return where('session.state', 'in', values as readonly SessionState[]);
    case 'session-kind':
      return where('session.kind', 'in', values as readonly SessionKindName[]);
    case 'create-uin':
      return where('session.create_uin', 'in', values);
    case 'username':
      return where('session.username', 'in', values);
    case 'session-id':
      return where('session.session_id', 'in', values);
    default:
      throw new Error(`no SQL is known for the filter ${name}`);
  }
}
