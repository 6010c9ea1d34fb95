import type { EndReason } from '@muster/terminal';

/** The live sessions, as handlers see them. */
export interface Relays {
  /** Ends a session: its row says so when the promise resolves, and the machine was told. One that is over already is left alone. */
  end(sessionId: string, why: { readonly reason: EndReason; readonly words: string }): Promise<void>;
  /** The principal that drives now, as tickets name it; undefined while nobody does. */
  driverOf(sessionId: string): string | undefined;
  /** Who watches now, by uin. */
  watchersOf(sessionId: string): readonly string[];
}
