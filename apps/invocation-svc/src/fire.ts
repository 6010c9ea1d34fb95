import { randomUUID } from 'node:crypto';
import { isoSeconds, Refusal } from '@muster/kernel';
import { failPoint } from '@muster/telemetry';
import { authorityOf } from './authority-of.ts';
import type { Invoker } from './domain/invoker.ts';
import { latestStart, overlap } from './domain/schedule.ts';
import { isOpen, type Slot } from './domain/slot.ts';
import { invoke } from './invoke.ts';
import type { InvokerContext } from './invoker-context.ts';
import { INVOKE_ACTION, invokeOrder, orderOf } from './invoker-order.ts';
import { InvokerStore } from './store/invoker-store.ts';
import { type SlotChange, type SlotKey, SlotStore } from './store/slot-store.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/** How long whoever took a slot has to fire it; then it is anybody's again. */
const LEASE_MS = 30_000;
/** How soon it is tried again when somebody who is asked does not answer. */
const RETRY_MS = 5_000;

/** What firing needs. */
export type FiringContext = Omit<InvokerContext, 'kickScheduler'>;

/**
 * Fires a slot that was claimed, or says why not. Its record becomes STARTED in the transaction that makes the run, so that there are both
 * or neither wherever this is broken off; whoever comes later tries again. Never rejects.
 */
export async function fireSlot(context: FiringContext, key: SlotKey): Promise<void> {
  const { clock, logger, write } = context;
  try {
    const taken = await take(context, key);
    if (!taken) return;
    const { invoker, slot } = taken;
    const failed = await start(context, invoker, slot).then(
      () => undefined,
      (error: unknown) => fate(error, slot, clock.now()),
    );
    if (!failed) return;
    if (failed.error) logger.error({ err: failed.error, ...key }, 'a slot could not be fired; it is tried again');
    await write(async ({ trx }) => {
      const slots = new SlotStore(trx);
      const current = await slots.find(key);
      if (current && isOpen(current)) await slots.change(key, failed.change);
    });
  } catch (error) {
    logger.error({ err: error, ...key }, 'what became of a slot could not be noted; it is tried again');
  }
}

/** Takes a slot for a while, unless there is nothing (any more) to fire: then that is on record. */
function take(
  { write, clock }: Pick<FiringContext, 'write' | 'clock'>,
  key: SlotKey,
): Promise<{ invoker: Invoker; slot: Slot } | undefined> {
  return write(async ({ trx }) => {
    const now = clock.now();
    const slots = new SlotStore(trx);
    const slot = await slots.find(key);
    if (!slot || !isOpen(slot) || slot.dueAt === undefined || slot.dueAt > now) return undefined;
    const invoker = await new InvokerStore(trx).byId(key.invokerId);
    const become = async (change: Omit<SlotChange, 'invokedAt'>) => {
      await slots.change(key, { invokedAt: now, ...change });
      return undefined;
    };
    if (!invoker) return become({ outcome: 'SKIPPED', reason: 'the invoker was deleted' });
    if (slot.outcome === 'FIRING' && now >= latestStart(invoker.schedule, slot.slot)) {
      return become({ outcome: 'MISSED', reason: `could not be fired in time: ${slot.reason}` });
    }
    const running = await slots.runningOf(key.invokerId);
    const waiting = await slots.otherWaits(key);
    switch (overlap(invoker.schedule.overlapPolicy, { running: running !== undefined, waiting })) {
      case 'SKIP':
        return become({ outcome: 'SKIPPED', reason: `the run ${running} of an earlier slot had not ended` });
      case 'WAIT':
        return become({ outcome: 'QUEUED', reason: `waits for the run ${running} of an earlier slot to end` });
      case 'FIRE':
        // should nobody have told it, it hears now that it waits for nothing
        if (waiting && running === undefined) await slots.tryWaiting(key.invokerId, now);
        await slots.change(key, { ...slot, dueAt: now + LEASE_MS });
        return { invoker, slot };
    }
  });
}

/** Makes the run with the rights that the invoker's maker has now. */
async function start(context: FiringContext, invoker: Invoker, slot: Slot): Promise<void> {
  const { authorizer, delegations, vault } = context;
  const requestId = randomUUID();
  const credential = await delegations.issue(invoker.delegationId, requestId);
  try {
    const authority = await authorityOf(authorizer, { credential, peerAddress: '', requestId }, INVOKE_ACTION);
    await invoke(context, authority, {
      ...invokeOrder(context, orderOf(vault, invoker), invoker.invokerId),
      around: { within: (unit, make) => startOnce(context, { unit, make, invoker, slot }) },
    });
    await failPoint('fire.after-commit');
  } catch (error) {
    // the token's minute was over, or its maker's time: the next one will tell
    if (!(error instanceof Refusal) || error.kind !== 'unauthenticated') throw error;
    throw new Refusal('unavailable', error.reason, error.message);
  }
}

/** The run and its record in one transaction. */
async function startOnce<R extends { readonly invocationId: string }>(
  { clock }: Pick<FiringContext, 'clock'>,
  {
    unit: { trx },
    make,
    invoker: { schedule },
    slot,
  }: { unit: UnitOfWork; make: () => Promise<R>; invoker: Invoker; slot: Slot },
): Promise<R> {
  const slots = new SlotStore(trx);
  const current = await slots.find(slot);
  if (!current || !isOpen(current)) throw new NoLongerOurs();
  const running = await slots.runningOf(slot.invokerId);
  if (running !== undefined && schedule.overlapPolicy !== 'ALLOW') throw new Overtaken();
  const now = clock.now();
  const made = await make();
  const { invocationId } = made;
  await slots.change(slot, { outcome: 'STARTED', invokedAt: now, reason: whyStarted(slot, now), invocationId });
  return made;
}

/** TAT's words where it is what TAT does. */
function whyStarted({ slot, outcome }: Slot, now: number): string {
  if (outcome === 'QUEUED') return 'start an invocation when the run of the earlier slot had ended.';
  const late = Math.floor((now - slot) / 60_000);
  return late < 1
    ? 'start an invocation at scheduled time.'
    : `start an invocation ${late} minutes late: nobody could at ${isoSeconds(slot)}.`;
}

/** Somebody else has fired the slot, or it was given up. */
class NoLongerOurs extends Error {}

/** A run of the invoker has begun since the slot was taken. */
class Overtaken extends Error {}

/** What a failed start makes of a slot; undefined when there is nothing to note. */
function fate(error: unknown, slot: Slot, now: number): { change: SlotChange; error?: unknown } | undefined {
  if (error instanceof NoLongerOurs) return undefined;
  const { outcome } = slot;
  if (error instanceof Overtaken) return { change: { ...slot, dueAt: now } };
  if (!(error instanceof Refusal)) {
    const reason = 'the service failed';
    return { change: { outcome, invokedAt: now, reason, dueAt: now + RETRY_MS }, error };
  }
  const reason = `${error.reason}: ${error.message}`;
  if (error.kind === 'unavailable') return { change: { outcome, invokedAt: now, reason, dueAt: now + RETRY_MS } };
  return { change: { outcome: 'REFUSED', invokedAt: now, reason } };
}
