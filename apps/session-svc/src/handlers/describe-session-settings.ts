import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { SettingsStore } from '../store/settings-store.ts';

export function describeSessionSettings({
  db,
}: Pick<SessionContext, 'db'>): MethodImpl<typeof SessionService.method.describeSessionSettings> {
  return async (_, context) => ({ settings: await new SettingsStore(db).of(callOf(context).caller.accountUin) });
}
