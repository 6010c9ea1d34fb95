import type { ServerResponse } from 'node:http';
import { AGENT_PATH, type AgentFiles } from './agent-files.ts';
import type { RequestHandler, Response } from './one-port.ts';
import { SECURITY_HEADERS, type Site } from './site.ts';

/** What answers besides the public methods. */
export interface PagesOptions {
  /** Absent when no console is served. */
  readonly site: Site | undefined;
  /** Absent when machines get their agent elsewhere. */
  readonly installer: AgentFiles | undefined;
  /** Whether calls are taken now, and by which of the processes behind the gateway. */
  readonly readiness: () => Promise<Readiness>;
}

/** What `/readyz` answers, with status 503 where `ready` is false. */
export interface Readiness {
  readonly ready: boolean;
  readonly services: Readonly<Record<string, boolean>>;
}

/** Answers everything on the port that is not a public method: probes, the console's files, and "no". */
export function pages({ site, installer, readiness }: PagesOptions): RequestHandler {
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    if (request.method !== 'GET' && request.method !== 'HEAD') return sayUnimplemented(response);
    if (path === '/healthz') return say(response, 200, { alive: true });
    if (path === '/readyz') return void sayReadiness(response, readiness);
    if (isMethodPath(path)) return sayUnimplemented(response);
    if (path.startsWith(AGENT_PATH)) {
      if (!installer?.(path.slice(AGENT_PATH.length), request, response)) sayNoAgent(response, installer !== undefined);
      return;
    }
    if (site?.(request, response)) return;
    say(response, 404, { message: site ? 'no such file' : 'this gateway serves no console' });
  };
}

async function sayReadiness(response: Response, readiness: PagesOptions['readiness']): Promise<void> {
  const answer = await readiness();
  say(response, answer.ready ? 200 : 503, answer);
}

function sayNoAgent(response: Response, served: boolean): void {
  say(response, 404, { message: served ? 'no such file' : 'this gateway serves no agent' });
}

/** `/package.v1.Service/Method`: a method that is not public is no page either. */
function isMethodPath(path: string): boolean {
  return /^\/[\w.]+\.v\d+\.\w+\//.test(path);
}

/** HTTP 404 with Connect's body; gRPC clients read the status alone and understand UNIMPLEMENTED. */
function sayUnimplemented(response: Response): void {
  say(response, 404, { code: 'unimplemented', message: 'no such method is offered here' });
}

function say(response: Response, status: number, body: object): void {
  (response as ServerResponse).writeHead(status, {
    ...SECURITY_HEADERS,
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}
