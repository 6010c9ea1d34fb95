import type { Session } from './session.ts';

/** So long before its end a token is renewed. */
const BEFORE_END_MS = 120_000;
/** How often that is looked at: clocks of machines that sleep make one long timer late. */
const LOOK_MS = 10_000;

/** Gives `use` a new token before the old one ends, for as long as the credentials can and until it is disposed. */
export function keepRenewing(session: Pick<Session, 'token' | 'renew'>, use: (token: string) => void): Disposable {
  let current: string | undefined;
  const look = async () => {
    const { token, expires } = await session.token();
    current ??= token;
    if (expires - BEFORE_END_MS <= Date.now() && !(await session.renew())) return;
    const now = await session.token();
    if (now.token === current) return;
    current = now.token;
    use(now.token);
  };
  const timer = setInterval(() => {
    // a gateway that is away is there again at one of the next looks
    look().catch(() => undefined);
  }, LOOK_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
