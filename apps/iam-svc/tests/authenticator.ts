import { TOTP } from 'otpauth';
import type { Fixture } from './fixture.ts';

/** The six digits that an authenticator with this secret shows at a time, epoch milliseconds. */
export function codeAt(secret: string, ms: number): string {
  return new TOTP({ secret }).generate({ timestamp: ms });
}

/** A user's enabled authenticator. `next` goes to the next time step, for no code is taken twice, and shows its code. */
export interface Authenticator {
  readonly secret: string;
  next(): string;
}

/** Gives the owner of a token an authenticator and enables it. */
export async function enableAuthenticator(fixture: Fixture, token: string): Promise<Authenticator> {
  const { secret } = await fixture.iam(token).createMfaDevice({});
  await fixture.iam(token).enableMfaDevice({ code: codeAt(secret, fixture.clock.ms) });
  return {
    secret,
    next() {
      fixture.clock.ms += 30_000;
      return codeAt(secret, fixture.clock.ms);
    },
  };
}
