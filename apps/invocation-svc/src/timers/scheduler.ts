import { isoSeconds } from '@muster/kernel';
import type { Invoker } from '../domain/invoker.ts';
import { dueSlots } from '../domain/schedule.ts';
import type { Slot } from '../domain/slot.ts';
import { type FiringContext, fireSlot } from '../fire.ts';
import { InvokerStore } from '../store/invoker-store.ts';
import { SlotStore } from '../store/slot-store.ts';
import { type Alarm, startAlarm } from './alarm.ts';

/** Invokers of one transaction, and slots that are fired at the same time. */
const BATCH = 20;

/**
 * Fires invokers. What comes is claimed first: a slot has one row, whoever saves it, and the row is committed with the schedule's next
 * slot before anything is done about it. Then the claimed ones are fired (`fire.ts`); so a service that dies at any point neither loses
 * one nor fires it twice, and neither do two services on the same store. It costs two look-ups in indexes where nothing is due.
 */
export function startScheduler(context: FiringContext): Alarm {
  const { db, clock, logger, write } = context;
  const invokers = new InvokerStore(db);
  const slots = new SlotStore(db);
  let begun = false;
  const isDue = (moment: number | undefined) => moment !== undefined && moment <= clock.now();
  return startAlarm({
    clock,
    onError: (error) => logger.error({ err: error }, 'the scheduler failed; it tries again'),
    async work() {
      if (!begun) {
        // whoever had them before is gone, and so may be the runs that they waited for
        await write(({ trx }) => new SlotStore(trx).tryOpenOnes(clock.now()));
        begun = true;
      }
      if (isDue(await invokers.nextMoment())) await claimDue(context);
      if (isDue(await slots.nextMoment())) await fireDue(context);
      await endDelegations(context);
      return earlier(await invokers.nextMoment(), await slots.nextMoment());
    },
  });
}

/** Saves the slots that have come, and moves their invokers on to the next. */
async function claimDue({ write, clock }: FiringContext): Promise<void> {
  await write(async ({ trx }) => {
    const now = clock.now();
    const invokers = new InvokerStore(trx);
    const slots = new SlotStore(trx);
    for (const invoker of await invokers.due(now, BATCH)) {
      const { next, ...come } = dueSlots(invoker.schedule, { first: invoker.nextAt!, now });
      await slots.claim(claimed(invoker, come, now));
      await invokers.planned(invoker.invokerId, next);
    }
  });
}

function claimed(
  { invokerId, accountUin }: Invoker,
  { fire, missed, missedSince }: Omit<ReturnType<typeof dueSlots>, 'next'>,
  now: number,
): Slot[] {
  const came = { invokerId, accountUin, invokedAt: now, invocationId: undefined };
  const over = (slot: number, reason: string): Slot => ({ ...came, slot, outcome: 'MISSED', reason, dueAt: undefined });
  const oldest = missed.at(-1);
  return [
    ...(fire === undefined ? [] : [{ ...came, slot: fire, outcome: 'FIRING' as const, reason: '', dueAt: now }]),
    ...missed.map((slot) => over(slot, 'nobody could fire it in time')),
    ...(missedSince === undefined || oldest === undefined
      ? []
      : [over(missedSince, `nobody could fire it in time, nor any after it before ${isoSeconds(oldest)}`)]),
  ];
}

async function fireDue(context: FiringContext): Promise<void> {
  const { clock, db } = context;
  const due = await new SlotStore(db).due(clock.now(), BATCH);
  // none of them rejects
  await Promise.all(due.map((slot) => fireSlot(context, slot)));
}

/** Has iam-svc forget the delegations of deleted invokers, until it has heard of each. */
async function endDelegations({ db, write, delegations, logger }: FiringContext): Promise<void> {
  for (const delegationId of await new InvokerStore(db).delegationsToEnd(BATCH)) {
    try {
      await delegations.end(delegationId);
      await write(({ trx }) => new InvokerStore(trx).delegationEnded(delegationId));
    } catch (error) {
      logger.warn({ err: error, delegationId }, 'a delegation could not be ended; it is tried again');
      return;
    }
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
