import type { OutputUpload, ResultReport } from '@muster/contract';
import { Backoff } from './backoff.ts';
import { answerInWords, failureInWords, isStored, mayPass } from './domain/upload.ts';
import { type FilePart, put } from './put.ts';

/** How an upload ended, as the result says it. */
export type UploadEnd = Pick<ResultReport, 'outputUrl' | 'outputUploadError'>;

/** What ends an upload before it is done. */
export interface UploadLimits {
  readonly limitMs: number;
  /** The run is cancelled: nobody waits for the upload any more. */
  readonly cancelled: AbortSignal | undefined;
  /** Whoever does this stops; rejects with the reason. */
  readonly signal: AbortSignal;
}

const TRIES = 3;

/** Puts the output where the order says, some times if need be: doing it again changes nothing. A failure is words, never a rejection. */
export async function uploadOutput(
  { putUrl, outputUrl }: Pick<OutputUpload, 'putUrl' | 'outputUrl'>,
  parts: readonly FilePart[],
  { limitMs, cancelled, signal }: UploadLimits,
): Promise<UploadEnd> {
  if (putUrl === '') return failed('the service has no credentials for this storage any more');
  const limit = AbortSignal.timeout(limitMs);
  const giveUp = AbortSignal.any([signal, limit, ...(cancelled ? [cancelled] : [])]);
  const backoff = new Backoff({ firstMs: 500, mostMs: 2_000 });
  try {
    for (let tries = 1; ; tries++) {
      const fault = await tryOnce(putUrl, parts, giveUp);
      if (!fault) return { outputUrl, outputUploadError: '' };
      if (!fault.passing || tries === TRIES) return failed(fault.words);
      await backoff.wait(giveUp);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (cancelled?.aborted) return failed('the run was cancelled before the upload was done');
    if (limit.aborted)
      return failed(`the upload was not done within the ${Math.round(limitMs / 100) / 10} s that it had`);
    throw error;
  }
}

/** Undefined when it is done; rejects when the signal aborts. */
async function tryOnce(
  putUrl: string,
  parts: readonly FilePart[],
  signal: AbortSignal,
): Promise<{ readonly words: string; readonly passing: boolean } | undefined> {
  try {
    const answer = await put(putUrl, parts, signal);
    return isStored(answer) ? undefined : { words: answerInWords(answer), passing: mayPass(answer) };
  } catch (error) {
    signal.throwIfAborted();
    const words = failureInWords(new URL(putUrl).host, (error as NodeJS.ErrnoException).code);
    return { words, passing: true };
  }
}

function failed(outputUploadError: string): UploadEnd {
  return { outputUrl: '', outputUploadError };
}
