import { type SdkOptions, sdkClients } from '../sdk.ts';
import { WAYS } from '../ways.ts';

/** The SDK's clients of every product. */
export type Clients = ReturnType<typeof sdkClients>;

/**
 * The SDK's clients; whoever takes one of them takes it in another of the ways in which the SDK can send a call than the last time.
 * `answered` hears of every action that was: `cam:AddUser`.
 */
export function rotatingClients(options: SdkOptions, answered: (action: string) => void): Clients {
  const ways = WAYS.map((way) => sdkClients({ ...options, ...way }));
  let taken = 0;
  const next = <Product extends keyof Clients>(product: Product): Clients[Product] => {
    const client = ways[taken++ % ways.length]![product];
    return new Proxy(client, {
      get:
        (_, name: string) =>
        async (...given: unknown[]) => {
          const [action, call] = [
            name === 'request' ? (given[0] as string) : name,
            client[name as keyof typeof client],
          ];
          const answer = await (call as (...given: unknown[]) => Promise<unknown>).apply(client, given);
          answered(`${product}:${action}`);
          return answer;
        },
    });
  };
  return {
    get tat() {
      return next('tat');
    },
    get cam() {
      return next('cam');
    },
    get sts() {
      return next('sts');
    },
  };
}

/** How a call was refused. Throws when it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const [outcome] = await Promise.allSettled([call]);
  if (outcome.status === 'fulfilled') throw new Error(`was answered: ${JSON.stringify(outcome.value)}`);
  const { code, message } = outcome.reason as { code?: string; message: string };
  if (!code) throw outcome.reason;
  return { code, message };
}

/** A policy's text. */
export function documentOf(...statement: object[]): string {
  return JSON.stringify({ version: '2.0', statement });
}

export function allow(action: string | string[], resource: string | string[] = '*', condition: object = {}) {
  return { effect: 'allow', action, resource, condition };
}

/** A trust policy's text. */
export function trusting(qcs: string): string {
  return documentOf({ effect: 'allow', action: 'name/sts:AssumeRole', principal: { qcs: [qcs] } });
}
