import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FaultyLink, faultyLink } from '../src/index.ts';

// a server that remembers what it was sent, and says what it is told to
let cleanup: AsyncDisposableStack;
let link: FaultyLink;
let client: Socket;
let peer: Socket;
let heard = { client: '', server: '' };

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  heard = { client: '', server: '' };
  // what becomes of a connection is seen on its other side
  const server = createServer((socket) => void socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.defer(async () => {
    server.close();
    await once(server, 'close');
  });
  link = cleanup.use(await faultyLink({ to: `127.0.0.1:${(server.address() as AddressInfo).port}` }));
  const accepted = once(server, 'connection');
  client = await dial();
  [peer] = (await accepted) as [Socket];
  client.on('data', (data) => {
    heard.client += data;
  });
  peer.on('data', (data) => {
    heard.server += data;
  });
  cleanup.defer(() => {
    client.destroy();
    peer.destroy();
  });
});
afterEach(() => cleanup.disposeAsync());

function dialling(): Socket {
  const [host, port] = link.address.split(':') as [string, string];
  return connect(Number(port), host).on('error', () => {});
}

async function dial(): Promise<Socket> {
  const socket = dialling();
  await once(socket, 'connect');
  return socket;
}

/** Unlike `once`, an error on the way there is no failure. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

const pub = (subject: string, payload: string) => `PUB ${subject} ${payload.length}\r\n${payload}\r\n`;

it('passes everything on, whatever way it is cut', async () => {
  const said = `CONNECT {}\r\n${pub('a.b', 'x\r\ny')}PING\r\n`;
  for (const byte of said) client.write(byte);
  await expect.poll(() => heard.server).toBe(said);
  peer.write('HMSG a.b 1 12 15\r\nNATS/1.0\r\n\r\nabc\r\n');
  await expect.poll(() => heard.client).toBe('HMSG a.b 1 12 15\r\nNATS/1.0\r\n\r\nabc\r\n');
});

it('drops and repeats frames by their subject and payload', async () => {
  link.filter(({ way, subject, payload }) => {
    if (way === 'down' || subject === '') return 1;
    return payload.toString() === 'lost' ? 0 : 2;
  });
  client.write(pub('a', 'lost') + pub('a', 'kept'));
  client.write('PING\r\n');
  await expect.poll(() => heard.server).toBe(`${pub('a', 'kept').repeat(2)}PING\r\n`);
});

it('holds back what is said in silence, until it heals', async () => {
  link.silence('up');
  client.write('PING\r\n');
  peer.write('PING\r\n');
  await expect.poll(() => heard.client).toBe('PING\r\n');
  expect(heard.server).toBe('');
  link.heal();
  await expect.poll(() => heard.server).toBe('PING\r\n');
});

it('does not tell the other side of an end that comes in silence', async () => {
  link.silence('both');
  client.destroy();
  await closed(client);
  const other = await dial();
  other.write('PING\r\n');
  expect(peer.destroyed).toBe(false);
  const gone = closed(peer);
  link.heal();
  await gone;
  other.destroy();
});

it('resets connections, and refuses new ones until it heals', async () => {
  link.refuse();
  const ends = [client, peer].map(closed);
  link.cut();
  for (const end of ends) await end;
  await closed(dialling());
  link.heal();
  const back = await dial();
  back.write('PING\r\n');
  back.destroy();
});
