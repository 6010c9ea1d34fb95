/** What is listened to here, and where it leads there. */
export interface Forwarding {
  readonly bind: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** As the machine resolves it. */
  readonly host: string;
  readonly hostPort: number;
}

/** Reads `[bind:]port:[host:]port`, addresses of IPv6 in brackets; undefined for anything else. Without a bind only this machine can connect. */
export function parseForwarding(text: string): Forwarding | undefined {
  const parts = [...text.matchAll(/(?:^|:)(\[[^\]]*\]|[^:[\]]*)/gy)].map(([, part]) => part ?? '');
  if (parts.join(':') !== text || parts.length < 2 || parts.length > 4) return undefined;
  const [first = '', second = ''] = parts;
  const isPort = (part: string) => /^\d{1,5}$/.test(part) && Number(part) <= 65_535;
  const bound = parts.length === 4 || (parts.length === 3 && !isPort(first));
  const [bind, rest] = bound ? [first, parts.slice(1)] : ['127.0.0.1', parts];
  if (bound && second === '') return undefined;
  const [port = '', ...target] = rest;
  const hostPort = target.at(-1) ?? '';
  const host = target.length === 2 ? target[0]! : 'localhost';
  if (!isPort(port) || !isPort(hostPort) || Number(hostPort) === 0 || bind === '' || host === '') return undefined;
  return { bind: bare(bind), port: Number(port), host: bare(host), hostPort: Number(hostPort) };
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
