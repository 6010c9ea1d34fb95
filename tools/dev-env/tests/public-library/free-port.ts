import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of this machine, whose network sandboxed machines share, that nothing listened on a moment ago. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return String(port);
}
