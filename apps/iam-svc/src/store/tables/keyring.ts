/** A key of the service itself, encrypted: `data` under the master key, every other under `data`. */
export interface KeyringTable {
  name: string;
  sealed: Uint8Array;
  /** Epoch milliseconds. */
  created_at: number;
}
