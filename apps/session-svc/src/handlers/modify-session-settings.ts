import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { settingsChange } from '../convert.ts';
import { checkSettings } from '../domain/session-settings.ts';
import { SettingsStore } from '../store/settings-store.ts';

export function modifySessionSettings({
  db,
}: Pick<SessionContext, 'db'>): MethodImpl<typeof SessionService.method.modifySessionSettings> {
  return async ({ settings }, context) => {
    const { accountUin } = callOf(context).caller;
    const change = checkSettings(settingsChange(settings));
    const changed = await db.transaction().execute(async (trx) => {
      const store = new SettingsStore(trx);
      await store.change(accountUin, change);
      return store.of(accountUin);
    });
    return { settings: changed };
  };
}
