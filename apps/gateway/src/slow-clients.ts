import { constants } from 'node:http2';
import type { Patience, Request, Response } from './one-port.ts';

/**
 * Ends an exchange whose client sends its request too slowly or does not take the answer. A quiet stream with nothing to send
 * may stay open as long as it likes.
 */
export function cutSlowClient(request: Request, response: Response, { requestMs, stallMs }: Patience): void {
  const cut = () => {
    if ('stream' in request) request.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    else request.socket.destroy();
  };
  const sending = setTimeout(cut, requestMs);
  const sent = () => clearTimeout(sending);
  request.once('end', sent);
  response.once('close', sent);

  const answer = 'stream' in response ? response.stream : response;
  // a callback of `setTimeout` itself is called once over HTTP/2, and that may be in a silence
  response.setTimeout(stallMs);
  answer.on('timeout', () => {
    if (answer.writableLength > 0) cut();
  });
}
