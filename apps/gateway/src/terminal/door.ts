import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FORWARDED_FOR, FORWARDER_TOKEN, type ServiceIdentity, TokenBuckets } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import { addressOf, type Upgrades } from '../one-port.ts';
import { type Ask, askDoor } from './ask-door.ts';
import { acceptHandshake, type HandshakeRefusal, handshakeFault, refuseHandshake, wantsTerminal } from './handshake.ts';
import type { OriginRule } from './origins.ts';
import { passOn } from './pass-on.ts';
import { Places } from './places.ts';

/** What became of a handshake: `opened`, the client `left` before it was, or why it was refused. */
export type HandshakeOutcome = 'opened' | 'left' | HandshakeRefusal['outcome'];

/** What terminals come through and lead to. */
export interface TerminalsOptions {
  /** Reaches session-svc's door for terminals. */
  readonly ask: Ask;
  /** Vouches for the address that a client is said to have. */
  readonly identity: ServiceIdentity;
  readonly mayOpen: OriginRule;
  /** How many may be open at the same time. */
  readonly terminals: number;
  /** How many one address may ask for a second, 0 for no limit, and for how many seconds that may be saved up. */
  readonly publicCallsPerSecond: number;
  readonly burstSeconds: number;
  /** How long a peer may take nothing of what waits for it, milliseconds. */
  readonly stallMs: number;
  readonly logger: Logger;
  readonly observe: (outcome: HandshakeOutcome) => void;
}

/** The open terminals; disposing hangs up on all of them: clients come back, to this gateway's successor or to another one. */
export interface Terminals extends Upgrades, Disposable {
  /** How many there are, with those that are being opened. */
  readonly open: number;
}

const FOREIGN: HandshakeRefusal = {
  ...{ outcome: 'origin', status: 403, message: 'pages of this origin may not open terminals here' },
};
const FULL: HandshakeRefusal = {
  ...{ outcome: 'full', status: 503, message: 'too many terminals are open, in all or from your address; try again' },
  headers: { 'retry-after': '1' },
};
const TOO_FAST: HandshakeRefusal = {
  ...{ outcome: 'rate', status: 429, message: 'too many terminals were asked for from your address; try again' },
  headers: { 'retry-after': '1' },
};
const STOPPING: HandshakeRefusal = {
  ...{ outcome: 'stopping', status: 503, message: 'the gateway is stopping; try again' },
  headers: { 'retry-after': '1' },
};

/**
 * Lets clients through to session-svc, which alone knows tickets and speaks with them: the gateway judges where they come from, says so with
 * its own token, and passes bytes on. It looks at no cookie and no token, and of a client's headers only the handshake's own go on.
 */
export function openTerminals(options: TerminalsOptions): Terminals {
  const { ask, identity, mayOpen, stallMs, logger, observe } = options;
  const places = new Places(options.terminals);
  const { publicCallsPerSecond: perSecond, burstSeconds } = options;
  // nobody knows whose they are before session-svc has asked iam-svc about the first frame
  const buckets = perSecond === 0 ? undefined : new TokenBuckets({ perSecond, burst: perSecond * burstSeconds });
  const hangUps = new Set<() => void>();
  let stopping = false;

  const faultOf = (request: IncomingMessage, address: string): HandshakeRefusal | undefined => {
    if (stopping) return STOPPING;
    const fault = handshakeFault(request) ?? (mayOpen(request.headers) ? undefined : FOREIGN);
    return fault ?? (buckets && buckets.take(address) > 0 ? TOO_FAST : undefined);
  };
  const refuse = (client: Socket, refusal: HandshakeRefusal) => {
    observe(refusal.outcome);
    refuseHandshake(client, refusal);
  };
  const open = async (request: IncomingMessage, client: Socket, { early, address, held }: Entering) => {
    const gone = new AbortController();
    const leave = () => gone.abort();
    client.once('close', leave);
    hangUps.add(leave);
    const requestId = crypto.randomUUID();
    const answer = await askDoor(ask, {
      headers: {
        'sec-websocket-key': request.headers['sec-websocket-key'],
        'sec-websocket-version': request.headers['sec-websocket-version'],
        'x-request-id': requestId,
        [FORWARDED_FOR]: address,
        [FORWARDER_TOKEN]: await identity.token(),
      },
      signal: gone.signal,
    }).finally(() => hangUps.delete(leave));
    client.off('close', leave);
    if ('socket' in answer && !gone.signal.aborted) {
      observe('opened');
      acceptHandshake(client, answer.accept);
      client.write(answer.head);
      answer.socket.write(early);
      const leaving = held.move();
      const hangUp = passOn(client, answer.socket, { stallMs, closed: () => leaving.dispose() });
      hangUps.add(hangUp);
      leaving.defer(() => hangUps.delete(hangUp));
      return;
    }
    if ('socket' in answer) answer.socket.destroy();
    if (client.destroyed) return observe('left');
    if (stopping || 'socket' in answer) return refuse(client, STOPPING);
    logger.warn({ requestId, outcome: answer.outcome, said: answer.message }, 'no terminal could be opened');
    refuse(client, answer);
  };
  return {
    get open() {
      return places.open;
    },
    wants: wantsTerminal,
    take(request, client, early) {
      // a reset before anything else listens must not end the process
      client.on('error', () => {});
      const address = addressOf(request.socket.remoteAddress);
      const fault = faultOf(request, address);
      const place = fault ? undefined : places.take(address);
      if (!place) return refuse(client, fault ?? FULL);
      const held = new DisposableStack();
      held.use(place);
      open(request, client, { early, address, held })
        .catch((error: unknown) => {
          logger.error({ err: error }, 'a terminal could not be opened');
          client.destroy();
        })
        .finally(() => held.dispose());
    },
    [Symbol.dispose]() {
      stopping = true;
      for (const hangUp of hangUps) hangUp();
    },
  };
}

interface Entering {
  /** What the client sent behind its handshake. */
  readonly early: Buffer;
  readonly address: string;
  /** Its place; what is not taken out of here is given back. */
  readonly held: DisposableStack;
}
