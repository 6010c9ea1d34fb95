import { type Callers, startCalling } from '../callers.ts';
import { type Fixture, startFixture } from '../fixture.ts';
import { furnish, openAccount, type Tenant } from './tenants.ts';

/** One installation with two tenants. The first is the root account's. */
export interface World extends AsyncDisposable {
  readonly fixture: Fixture;
  readonly callers: Callers;
  readonly first: Tenant;
  readonly second: Tenant;
}

// these tests ask faster than anybody may by default
const UNLIMITED = { MUSTER_READS_PER_SECOND: '0', MUSTER_WRITES_PER_SECOND: '0', MUSTER_PUBLIC_CALLS_PER_SECOND: '0' };

export async function startWorld(): Promise<World> {
  await using starting = new AsyncDisposableStack();
  const fixture = starting.use(
    await startFixture(0, {
      logLevel: 'trace',
      settings: {
        ...{ 'iam-svc': UNLIMITED, 'command-svc': UNLIMITED, 'invocation-svc': UNLIMITED },
        'session-svc': { ...UNLIMITED, MUSTER_FORWARD_PORTS: 'true' },
      },
    }),
  );
  const callers = await startCalling(fixture.constellation);
  const { uin } = fixture.constellation.root;
  const first = await furnish(fixture, callers, { uin, token: callers.root }, { mark: 'onlyfirst', keep: starting });
  const second = await furnish(fixture, callers, await openAccount(callers, 'second'), {
    mark: 'onlysecond',
    keep: starting,
  });
  const running = starting.move();
  return { fixture, callers, first, second, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
