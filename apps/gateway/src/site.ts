import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, Response } from './one-port.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** No script but our own files, no frames, nothing from elsewhere. The UI kit writes style elements, hence `unsafe-inline` for those alone. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

type Encoding = 'br' | 'gzip' | 'identity';

interface SiteFile {
  readonly bodies: Readonly<Partial<Record<Encoding, Buffer>>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers a GET or HEAD with a file of the site and says whether it did. */
export type Site = (request: Request, response: Response) => boolean;

/**
 * Holds the console's built files in memory, compressed once. They are small, and a file that vanishes while the console is
 * being rebuilt cannot fail a request half-way. Paths without a dot are the page's own routes and get `index.html`.
 */
export async function loadSite(directory: string): Promise<Site> {
  const files = new Map<string, SiteFile>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(join(directory, '/').length).replaceAll('\\', '/');
    files.set(`/${path}`, await load(`/${path}`, await readFile(file)));
  }
  const index = files.get('/index.html');
  if (!index) throw new Error(`MUSTER_CONSOLE_DIR: no index.html in \`${directory}\`; build the console first`);

  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    const file = files.get(path) ?? (path.slice(path.lastIndexOf('/')).includes('.') ? undefined : index);
    if (!file) return false;
    send(request, response as ServerResponse, file);
    return true;
  };
}

async function load(path: string, body: Buffer): Promise<SiteFile> {
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const hashed = path.startsWith('/assets/');
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': type,
    // hashed names never change their content; everything else is asked about each time
    'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    vary: 'accept-encoding',
  };
  if (!/^text\/|json|svg/.test(type) || body.length < 1024) return { bodies: { identity: body }, headers };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
    promisify(gzip)(body),
  ]);
  return { bodies: { br, gzip: gz, identity: body }, headers };
}

function send(request: Request, response: ServerResponse, { bodies, headers }: SiteFile): void {
  if (request.headers['if-none-match'] === headers.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = (['br', 'gzip'] as const).find((each) => bodies[each] && accepted.includes(each)) ?? 'identity';
  const body = bodies[encoding]!;
  response.writeHead(200, {
    ...headers,
    'content-length': String(body.length),
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
