import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a client and the gateway that can be pulled out. */
export interface Network extends AsyncDisposable {
  /** `http://host:port` of the gateway, seen through it. */
  readonly url: string;
  /** Nothing arrives any more and nobody is told; new connections hang as well. */
  pull(): void;
  /** What hung is reset, as it mostly is when a network comes back with other addresses; new connections pass. */
  plug(): void;
}

/** Opens one in front of `to`, `http://host:port`. */
export async function networkTo(to: string): Promise<Network> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let pulled = false;
  const server = createServer({ pauseOnConnect: true }, (client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => sockets.delete(client));
    if (pulled) return;
    const upstream = connect(Number(port), hostname).setNoDelay();
    client.setNoDelay();
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    upstream.once('close', () => sockets.delete(upstream));
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    client.on('data', (bytes) => void (pulled || upstream.write(bytes)));
    upstream.on('data', (bytes) => void (pulled || client.write(bytes)));
    client.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pull() {
      pulled = true;
    },
    plug() {
      pulled = false;
      reset();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      reset();
    },
  };
}
