import { type SdkOptions, sdkClients } from './sdk.ts';

/** Every way in which the SDK can send a call. */
export const WAYS = (['TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256'] as const).flatMap((signMethod) =>
  (['POST', 'GET'] as const).map((reqMethod) => ({ signMethod, reqMethod })),
);

/** What is larger than this goes by POST: a query may have 32 KB, and takes more for the same. */
const GET_MOST = 10_000;

export type Tat = ReturnType<typeof sdkClients>['tat'];
export type TatAction = Exclude<keyof Tat, 'request' | 'sseRequest'>;

/**
 * A client of TAT that sends each call of an action in another of the SDK's ways. `sent` hears of each: the action and the way, such as
 * `RunCommand HmacSHA1 GET`.
 */
export function rotatingTat(options: SdkOptions, sent: (what: string) => void): Tat {
  const clients = WAYS.map((way) => ({ way, tat: sdkClients({ ...options, ...way }).tat }));
  const calls = new Map<string, number>();
  return new Proxy(clients[0]!.tat, {
    get(client, action: TatAction) {
      // who awaits a client asks whether it is a promise
      if (!(action in client)) return undefined;
      return (request: object) => {
        const count = calls.get(action) ?? 0;
        calls.set(action, count + 1);
        const large = JSON.stringify(request).length > GET_MOST;
        const { way, tat } = clients[large ? 0 : count % clients.length]!;
        sent(`${action} ${way.signMethod} ${way.reqMethod}`);
        return (tat[action] as (request: object) => Promise<unknown>)(request);
      };
    },
  });
}
