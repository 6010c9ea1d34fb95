import { Headroom } from '../domain/headroom.ts';

/** How often it is looked how busy the service was. */
const EVERY_MS = 100;
const LEAST_SHARE = 0.125;
const REMEMBERED_MS = 10_000;

/** Tells accounts how much they get now. */
export interface HeadroomKeeper extends Disposable {
  /** The share of its full rates, above 0 and up to 1, of an account that wants something. */
  shareOf(account: string): number;
}

/** Keeps some of this process's time free for those who come next: `busyPercent` is what work of several accounts may take of it. */
export function keepHeadroom({ busyPercent }: { readonly busyPercent: number }): HeadroomKeeper {
  const headroom = new Headroom({
    mostBusy: busyPercent / 100,
    leastShare: LEAST_SHARE,
    rememberedMs: REMEMBERED_MS,
  });
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    headroom.wasBusy(performance.eventLoopUtilization(now, before).utilization, performance.now());
    before = now;
  }, EVERY_MS).unref();
  return {
    shareOf: (account) => headroom.shareOf(account, performance.now()),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
