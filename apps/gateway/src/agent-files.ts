import { type FileHandle, open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from './one-port.ts';
import { SECURITY_HEADERS } from './site.ts';

/** Below this, new machines find what installs the agent. */
export const AGENT_PATH = '/agent/';

/** What is served there, and as what; nothing else of the folder is. */
const TYPES: Readonly<Record<string, string>> = {
  'install.sh': 'text/x-shellscript; charset=utf-8',
  'muster-agent.tgz': 'application/gzip',
  'node-linux-x64.gz': 'application/gzip',
};

/** Answers with a file of this name; false when there is no such file to serve. */
export type AgentFiles = (name: string, request: Request, response: Response) => boolean;

/**
 * Serves what `npm run build` of the agent made in this folder, from the disk: the files are large, seldom asked for, and may be
 * replaced by a new build meanwhile.
 */
export function agentFiles(folder: string): AgentFiles {
  return (name, request, response) => {
    const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (type === undefined) return false;
    void send(join(folder, name), type, request, response as ServerResponse);
    return true;
  };
}

async function send(path: string, type: string, request: Request, response: ServerResponse): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch {
    response.writeHead(404, { ...SECURITY_HEADERS, 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ message: 'no such file' }));
    return;
  }
  // its body is nobody's, but its end says that the client has said all
  request.resume();
  const { size } = await file.stat();
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': type,
    'content-length': String(size),
    'cache-control': 'no-cache',
  });
  if (request.method === 'HEAD') {
    response.end();
    await file.close();
    return;
  }
  // whoever leaves in the middle is no fault; the stream closes the file either way
  await pipeline(file.createReadStream(), response).catch(() => {});
}
