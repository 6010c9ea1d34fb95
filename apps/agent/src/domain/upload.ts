/** What an upload gets however little is left of the timeout; well below what the service waits past it. */
const UPLOAD_LEAST_MS = 10_000;

/** A task whose output is put somewhere. */
export interface UploadedRun {
  readonly timeoutSeconds: number;
  /** Since the script was started; undefined when nobody knows any more. */
  readonly runningMs: number | undefined;
  /** The script was killed: whoever did that waits for the result. */
  readonly killed: boolean;
}

/** How long an upload may take: it counts against the timeout (spec section 11), but always gets a moment. */
export function uploadLimitMs({ timeoutSeconds, runningMs, killed }: UploadedRun): number {
  if (killed || runningMs === undefined) return UPLOAD_LEAST_MS;
  return Math.max(UPLOAD_LEAST_MS, timeoutSeconds * 1_000 - runningMs);
}

/** What a storage answered. */
export interface StorageAnswer {
  readonly status: number;
  /** The beginning of what it said. */
  readonly body: string;
}

/** Whether the object is there. */
export function isStored({ status }: StorageAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Whether the same request may do better soon. */
export function mayPass({ status }: StorageAnswer): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** Why an answer is no success. Of the body only the code is repeated: some storages repeat the signature in it. */
export function answerInWords({ status, body }: StorageAnswer): string {
  const code = /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(body)?.[1];
  return `the storage answered ${status}${code ? ` ${code}` : ''}`;
}

const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed',
  EPIPE: 'connection closed',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it did not answer',
  EHOSTUNREACH: 'no way to its network',
  ENETUNREACH: 'no way to its network',
};

/** Why there was no answer, by the code of the fault. Its message is not repeated, for it may hold the address. */
export function failureInWords(host: string, code: string | undefined): string {
  return `the storage ${host} could not be reached: ${FAILURES[code ?? ''] ?? code ?? 'unknown fault'}`;
}
