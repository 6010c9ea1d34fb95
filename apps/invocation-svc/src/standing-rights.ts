import { Lru } from '@muster/kernel';
import type { Authorizer, PermissionChanges } from '@muster/rpc';
import type { Authority } from './authority.ts';
import type { Context } from './context.ts';
import { withdrawn } from './decide-again.ts';
import type { Delegations } from './delegations.ts';
import type { Task } from './domain/task.ts';
import { withdraw } from './domain/task-end.ts';
import { isWaiting } from './domain/task-status.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type RunMaker, RunMakerStore } from './store/run-maker-store.ts';
import { RunReader } from './store/run-reader.ts';

/** Which run of which account. */
type RunOf = Pick<Task, 'invocationId' | 'accountUin'>;

/** Whether those who made runs may still have them start. */
export interface StandingRights extends AsyncDisposable {
  /** What has to be kept with a run so that it can be decided again when the call that makes it is long over. */
  makerOf(authority: Authority, startsUntil: number): Promise<Pick<RunMaker, 'delegationId' | 'question'>>;
  /** A run was decided on at this moment. */
  decided(run: RunOf, at: number): void;
  /** Whether tasks of a run may start on what was decided last. */
  stands(run: RunOf): boolean;
  /** Decides a run again: what may not start any more has ended when this resolves. Rejects when nobody could decide. */
  decideAgain(run: RunOf): Promise<void>;
}

/** What it needs. */
export interface StandingRightsOptions extends Pick<Context, 'db' | 'write' | 'clock' | 'logger' | 'region'> {
  readonly authorizer: Authorizer;
  readonly delegations: Delegations;
  readonly changes: PermissionChanges;
}

/** How long a decision stands when no change is heard of: the message may have been lost. */
const STANDS_MS = 60_000;
/** A delegated token lives a minute. */
const CREDENTIAL_MS = 30_000;
/** A delegation is made for a while more than the run needs: it serves the next runs of the same caller too. */
const SPARE_MS = 3_600_000;
const RETRY_MS = 2_000;
const FORGET_EVERY_MS = 60_000;
const BATCH = 500;
const EVERY_ACCOUNT = '';

/**
 * Has every run decided again before tasks of it start, when permissions of its account have changed since it was decided on, or a minute
 * has passed. A change that is heard of ends at once what it forbids; the gate in front of every start makes sure of the rest. One question
 * for each run and change, however many tasks it has; none when nothing has changed.
 */
export function openStandingRights(options: StandingRightsOptions): StandingRights {
  const { db, write, clock, logger, delegations, changes } = options;
  const makers = new RunMakerStore(db);
  const runs = new RunReader(db);
  const given = new Lru<string, { readonly delegation: Promise<string>; readonly endsAt: number }>(1_000);
  const credentials = new Lru<string, { readonly token: Promise<string>; readonly at: number }>(1_000);
  const decidedAt = new Lru<string, number>(50_000);
  const changedAt = new Map<string, number>();
  const retries = new Map<string, NodeJS.Timeout>();
  let working: Promise<unknown> = Promise.resolve();
  let stopped = false;

  // a change of the very moment counts as later
  const isUnchangedSince = (accountUin: string, at: number) =>
    [accountUin, EVERY_ACCOUNT].every((account) => at > (changedAt.get(account) ?? Number.NEGATIVE_INFINITY));

  const credentialOf = ({ delegationId, accountUin }: RunMaker): Promise<string> => {
    const known = credentials.get(delegationId);
    const isYoung = known && Math.abs(clock.now() - known.at) < CREDENTIAL_MS;
    if (isYoung && isUnchangedSince(accountUin, known.at)) return known.token;
    const token = delegations.issue(delegationId, crypto.randomUUID());
    credentials.set(delegationId, { token, at: clock.now() });
    token.catch(() => credentials.delete(delegationId));
    return token;
  };

  const stands = ({ invocationId, accountUin }: RunOf): boolean => {
    const at = decidedAt.get(invocationId);
    if (at === undefined || Math.abs(clock.now() - at) >= STANDS_MS) return false;
    return isUnchangedSince(accountUin, at);
  };

  const decideRun = oneAtATime(async (invocationId) => {
    const maker = await makers.of(invocationId);
    if (maker && stands(maker)) return;
    const at = clock.now();
    if (maker) {
      for await (const tasks of waitingTasks(runs, invocationId)) {
        const why = await withdrawn({ ...options, credentialOf }, maker, tasks).catch((error: unknown) => {
          credentials.delete(maker.delegationId);
          throw error;
        });
        await end(why);
      }
    }
    decidedAt.set(invocationId, at);
  });
  const end = async (why: ReadonlyMap<string, string>) => {
    if (why.size === 0) return;
    await write(async (unit) => {
      for (const [invocationTaskId, words] of why) {
        const task = await unit.runs.task(invocationTaskId);
        const ended = task && withdraw(task, words, clock.now());
        if (ended) await unit.runs.change(task, ended);
      }
    });
    logger.info({ tasks: why.size }, 'ended tasks that may not start any more');
  };

  const decideAccount = oneAtATime(async (accountUin) => {
    const waiting = await makers.waiting(accountUin === EVERY_ACCOUNT ? undefined : accountUin, clock.now());
    for (const { invocationId } of waiting) {
      if (stopped) return;
      await decideRun(invocationId);
    }
  });
  const changed = (accountUin: string) => {
    if (stopped) return;
    clearTimeout(retries.get(accountUin));
    working = decideAccount(accountUin).catch((error: unknown) => {
      logger.warn(
        { err: error, accountUin },
        'waiting runs could not be decided again; nothing of them starts until they are',
      );
      if (!stopped) retries.set(accountUin, setTimeout(() => changed(accountUin), RETRY_MS).unref());
    });
  };
  const subscription = changes.subscribe((accountUin = EVERY_ACCOUNT) => {
    changedAt.set(accountUin, clock.now());
    changed(accountUin);
  });
  const forgetting = setInterval(() => {
    write(({ trx }) => new RunMakerStore(trx).forget(clock.now())).catch((error: unknown) =>
      logger.warn({ err: error }, 'makers of old runs could not be forgotten; it is tried again'),
    );
  }, FORGET_EVERY_MS).unref();

  const delegationOf = (authority: Authority, startsUntil: number): Promise<string> => {
    const known = given.get(authority.credential);
    if (known && known.endsAt >= startsUntil) return known.delegation;
    const endsAt = startsUntil + SPARE_MS;
    const delegation = delegations.createForRuns(authority, endsAt);
    given.set(authority.credential, { delegation, endsAt });
    delegation.catch(() => given.delete(authority.credential));
    return delegation;
  };

  return {
    async makerOf(authority, startsUntil) {
      const [asked] = authority.asked;
      const [command] = asked?.resources ?? [];
      if (!asked || !command) throw new Error('a run is made that nobody has decided on');
      const { action, requestTags = [] } = asked;
      const tags = requestTags.map(({ key = '', value = '' }) => ({ key, value }));
      const { peerAddress } = authority;
      return {
        delegationId: await delegationOf(authority, startsUntil),
        question: { action, command, peerAddress, requestTags: tags },
      };
    },
    decided: ({ invocationId }, at) => decidedAt.set(invocationId, at),
    stands,
    decideAgain: ({ invocationId }) => decideRun(invocationId),
    async [Symbol.asyncDispose]() {
      stopped = true;
      subscription[Symbol.dispose]();
      clearInterval(forgetting);
      for (const timer of retries.values()) clearTimeout(timer);
      await working;
    },
  };
}

/** The tasks of a run that have not started, in batches. */
async function* waitingTasks(runs: RunReader, invocationId: string): AsyncGenerator<readonly Task[]> {
  let after = -1;
  for (;;) {
    const open = await runs.openTasksOf(invocationId, { after, most: BATCH });
    const waiting = open.filter(({ status }) => isWaiting(status));
    if (waiting.length > 0) yield waiting;
    if (open.length < BATCH) return;
    after = open.at(-1)!.position;
  }
}
