import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What `client.py` is asked for. */
export interface PythonRequest {
  readonly url: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
  readonly signMethod: 'TC3-HMAC-SHA256' | 'HmacSHA1' | 'HmacSHA256';
  readonly httpMethod: 'POST' | 'GET';
  readonly action: string;
  readonly version: string;
  readonly parameters: object;
  readonly timestamp?: number;
  readonly nonce?: number;
}

/** The request that it would send. */
export interface PythonSigned {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signature: string;
}

/** A second client, in another language, which shares no line with Muster. */
export interface PythonClient extends AsyncDisposable {
  sign(request: PythonRequest): Promise<PythonSigned>;
  /** The inside of the answer. */
  call(request: PythonRequest): Promise<Record<string, unknown>>;
}

export function startPythonClient(): PythonClient {
  const child = spawn('python3', [join(import.meta.dirname, 'client.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T>(op: 'sign' | 'call', request: PythonRequest): Promise<T> => {
    const answer = last.then(async () => {
      child.stdin.write(`${JSON.stringify({ op, ...request })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the client ended; what it said is above');
      return JSON.parse(value) as T;
    });
    last = answer.catch(() => undefined);
    return answer;
  };
  return {
    sign: (request) => ask('sign', request),
    async call(request) {
      const { status, Response } = await ask<{ status: number; Response: Record<string, unknown> }>('call', request);
      if (status !== 200) throw new Error(`HTTP said ${status}`);
      return Response;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await gone;
    },
  };
}
