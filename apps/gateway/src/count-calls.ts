import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import type { Metrics } from '@muster/metrics';
import type { CallObserver } from '@muster/rpc';
import type { RequestObserver } from './cloud-api/door.ts';
import type { HandshakeOutcome } from './terminal/door.ts';

/** Tells `observe` of every call that the router answers, by the names that gRPC has for its status. */
export function countCalls(observe: CallObserver): Interceptor {
  return (next) => async (request) => {
    const began = performance.now();
    const done = (code: string) => observe({ method: request.method, code, ms: performance.now() - began });
    try {
      const answer = await next(request);
      if (!answer.stream) {
        done('OK');
        return answer;
      }
      return { ...answer, message: counted(answer.message, done) };
    } catch (error) {
      done(nameOf(error));
      throw error;
    }
  };
}

async function* counted<T>(messages: AsyncIterable<T>, done: (code: string) => void): AsyncGenerator<T> {
  let code = 'CANCELLED';
  try {
    yield* messages;
    code = 'OK';
  } catch (error) {
    code = nameOf(error);
    throw error;
  } finally {
    done(code);
  }
}

function nameOf(error: unknown): string {
  const { code } = ConnectError.from(error);
  return code === Code.Canceled ? 'CANCELLED' : codeToString(code).toUpperCase();
}

/** Counts the requests of the cloud's own clients. */
export function countRequests(metrics: Metrics): RequestObserver {
  const requests = metrics.counter(
    'muster_api_requests_total',
    'Requests of API 3.0 that were answered, by action and error code',
    ['action', 'code'],
  );
  return ({ action, code }) => requests.inc({ action, code });
}

/** Counts those who ask for terminals. */
export function countHandshakes(metrics: Metrics): (outcome: HandshakeOutcome) => void {
  const handshakes = metrics.counter(
    'muster_terminal_handshakes_total',
    'Terminals that were asked for, by what became of that',
    ['outcome'],
  );
  return (outcome) => handshakes.inc({ outcome });
}
