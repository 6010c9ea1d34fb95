import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { matchTargets } from '../choose-targets.ts';
import { escapeText } from '../domain/escape.ts';
import { failureLine } from '../domain/failure-line.ts';
import { type Forwarding, parseForwarding } from '../domain/forwarding.ts';
import { explain } from '../failure.ts';
import { forwardSocket } from '../forward/forward-socket.ts';
import { jsonLines } from '../output/json-outputs.ts';
import { Stop } from '../stop.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly reason?: string;
}

/** `muster forward`: a port here that leads to one that an instance reaches. */
export const forward = verb<Options, [ports: string, instance: string]>({
  configure(command) {
    command
      .argument('<ports>', '[BIND:]PORT:[HOST:]PORT, as `ssh -L` takes it: here, and there; 0 here for any free port')
      .argument('<instance>', 'name or id of the instance that connects')
      .option('--reason <text>', 'why; it is on record with every connection');
  },
  examples: ['muster forward 8080:80 web-1', "muster forward 5432:db.internal:5432 web-1 --reason 'a slow query'"],
  async run(app, { reason = '' }, ports, instance) {
    const forwarding = parseForwarding(ports);
    if (!forwarding) throw new Stop(`\`${ports}\` is no pair of ports`, { hint: 'such as 8080:80 or 5432:db:5432' });
    const session = await app.connect();
    const [target, ...others] = await matchTargets(session, [instance]);
    if (!target || others.length > 0)
      throw new Stop(`\`${instance}\` is more than one instance`, { hint: 'give its id' });
    const { host, hostPort } = forwarding;
    const print = app.json ? jsonLines(app.terminal.out) : undefined;
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, async (socket) => {
      sockets.add(socket);
      const from = `${socket.remoteAddress}:${socket.remotePort}`;
      print?.('connection', { From: from });
      try {
        await forwardSocket(session, socket, { instanceId: target.id, host, port: hostPort, reason });
        print?.('closed', { From: from, ErrorInfo: '' });
      } catch (error) {
        const words = failureLine(explain(error));
        if (print) print('closed', { From: from, ErrorInfo: words });
        else app.terminal.err.line(`muster: ${escapeText(`${target.name} ${host}:${hostPort}: ${words}`)}`);
      } finally {
        sockets.delete(socket);
      }
    });
    const { address, port } = await listening(server, forwarding);
    const shown = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    if (print)
      print('listening', { Address: address, Port: port, InstanceId: target.id, ForwardTo: `${host}:${hostPort}` });
    else app.terminal.out.line(escapeText(`${shown} leads to ${host}:${hostPort} of ${target.name}; Ctrl-C ends it`));
    await interrupted();
    server.close();
    for (const socket of sockets) socket.destroy();
    return undefined;
  },
});

async function listening(server: Server, { bind, port }: Forwarding): Promise<AddressInfo> {
  server.listen(port, bind);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Stop(`cannot listen at ${bind}:${port} (${code})`, {
      hint: 'is the port taken? 0 takes any that is free',
    });
  }
  return server.address() as AddressInfo;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
}
