import type { RunLedger } from '../run-ledger.ts';
import type { WatchEvent } from '../watch.ts';

/** Shows a run while it goes on. */
export interface Reporter {
  /** Something was learned; the ledger has it already. */
  event(event: WatchEvent): void;
  /** Something to know about the watching itself, such as how to come back. */
  say(text: string): void;
  /** Nothing more will come from the gateway; the run may have ended or not. */
  finish(exitCode: number): void;
  /** The run is left to itself. */
  leave(): void;
}

/** What a reporter works from. */
export interface ReporterOptions {
  readonly ledger: RunLedger;
  /** Script output as it is, controls included. */
  readonly raw: boolean;
  /** Nothing but script output. */
  readonly quiet: boolean;
}
