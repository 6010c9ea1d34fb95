import { readFileSync } from 'node:fs';
import { createConnectTransport } from '@connectrpc/connect-node';
import { InstanceKind, InstanceService, TokenService } from '@muster/contract';
import { type AccessKeySecret, bearer, createServiceClient, signExchange } from '@muster/rpc';
import type { TerminalCaller } from './driven-terminal.ts';

/** What iam-svc writes, mode 0600, when it makes the root account. */
export interface RootCredentials {
  readonly uin: string;
  readonly secretId: string;
  readonly secretKey: string;
  /** For the console. */
  readonly consoleUser: string;
  readonly consolePassword: string;
}

/** Reads the root account's credentials. */
export function readRootCredentials(file: string): RootCredentials {
  return JSON.parse(readFileSync(file, 'utf8')) as RootCredentials;
}

/** Calls as whoever has the key, through the gateway like everybody else. */
export async function callerWith(url: string, key: AccessKeySecret): Promise<TerminalCaller> {
  const anonymous = createConnectTransport({ baseUrl: url, httpVersion: '1.1' });
  const { token } = await createServiceClient(TokenService, anonymous).exchangeAccessKey(signExchange(key, Date.now()));
  const transport = createConnectTransport({ baseUrl: url, httpVersion: '1.1', interceptors: [bearer(() => token)] });
  return { url, transport, token };
}

/** A transport that calls as the root account. */
export async function rootTransport(url: string, root: RootCredentials) {
  return (await callerWith(url, root)).transport;
}

/** A register code good for `limit` machines of kind CVM. */
export async function createRegisterCode(
  url: string,
  root: RootCredentials,
  limit: number,
): Promise<{ id: string; value: string }> {
  const instances = createServiceClient(InstanceService, await rootTransport(url, root));
  const code = await instances.createRegisterCode({
    description: 'machines of muster dev',
    registerLimit: limit,
    effectiveTime: 1,
    instanceKind: InstanceKind.CVM,
  });
  return { id: code.registerCodeId, value: code.registerCodeValue };
}
