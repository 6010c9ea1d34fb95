import type { Generated } from 'kysely';

/** A recording. Times are epoch milliseconds. */
export interface RecordingTable {
  /** Rises with every recording; the index of their text is ordered by it. */
  recording_number: Generated<number>;
  session_id: string;
  account_uin: string;
  /** 0 or 1: whether what was typed is in it. */
  with_input: number;
  /** What the times in it count from. */
  started_at: number;
  /** The time of its last line, from `started_at`. */
  duration_ms: number;
  chunks: number;
  /** Of the last chunk. */
  last_hash: Uint8Array;
  /** HMAC over the session, `chunks`, `last_hash`, and whether it is sealed. */
  mac: Uint8Array;
  /** Null while its session is open. */
  sealed_at: number | null;
  text_bytes: number;
  /** What chunks and passages take. */
  stored_bytes: number;
  /** The highest number of a note that is in it. */
  notes: number;
  /** How many of its chunks can be searched. */
  indexed_chunks: number;
  /** The screen behind those, compressed; null before the first and after the last. */
  screen: Uint8Array | null;
  /** From when on nobody sees it any more; what is left of it is being deleted. */
  removed_at: number | null;
}

/** A part of a recording. */
export interface RecordingChunkTable {
  recording_number: number;
  /** Counts from 0. */
  number: number;
  /** The offset in the session's output behind what it holds. */
  offset: number;
  /** Lines of an asciicast, gzip. */
  text: Uint8Array;
  hash: Uint8Array;
}

/** Lines that stood on a screen, for searching. */
export interface RecordingPassageTable {
  /** `passageId` of the recording and a number: the newest recording's come first. */
  passage_id: number;
  /** Compressed. */
  lines: Uint8Array;
}
