import type { Constellation } from './constellation.ts';

/** What `./muster dev --json` prints when ready: a contract, documented in docs/dev.md. */
export interface ReadyLine {
  readonly ready: true;
  readonly gateway: { readonly url: string };
  readonly grpc: { readonly command: string; readonly invocation: string; readonly iam: string };
  readonly nats: { readonly url: string };
  readonly account: { readonly uin: string; readonly region: string };
  readonly root: { readonly uin: string; readonly secretId: string; readonly secretKey: string };
  readonly console: { readonly url: string; readonly user: string; readonly password: string };
  readonly instances: readonly {
    readonly instanceId: string;
    readonly name: string;
    readonly pid: number;
    readonly dataDir: string;
  }[];
}

/** The ready line of a constellation. */
export function readyLine({ url, grpc, natsUrl, region, root, machines }: Constellation): ReadyLine {
  return {
    ready: true,
    gateway: { url },
    grpc,
    nats: { url: natsUrl },
    account: { uin: root.uin, region },
    root: { uin: root.uin, secretId: root.secretId, secretKey: root.secretKey },
    console: { url, user: root.consoleUser, password: root.consolePassword },
    instances: machines.map(({ instanceId, name, pid, dataDir }) => ({ instanceId, name, pid, dataDir })),
  };
}
