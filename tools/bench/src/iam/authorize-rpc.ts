import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuthorizationService, IamService, TokenService } from '@muster/contract';
import { type Constellation, rootTransport } from '@muster/dev-env';
import { bearer, createServiceClient, grpcTransport, loadServiceIdentity, signExchange } from '@muster/rpc';
import { summarize } from '../summary.ts';

/** Authorize over gRPC under one load. */
export interface RpcFigures {
  readonly name: string;
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of iam-svc per call. */
  readonly serverCpuMicros: number;
}

const SECONDS = 4;
const ROUNDS = 3;
/** Linux counts processor time of a process in hundredths of a second. */
const TICK_MICROS = 10_000;

const LOADS = [
  { name: '1 resource, 1 at a time', concurrency: 1, resources: 1 },
  { name: '1 resource, 32 at a time', concurrency: 32, resources: 1 },
  { name: '1 resource, 128 at a time', concurrency: 128, resources: 1 },
  { name: '200 resources, 1 at a time', concurrency: 1, resources: 200 },
  { name: '200 resources, 8 at a time', concurrency: 8, resources: 200 },
] as const;

/** Asks iam-svc, a process of its own, as command-svc asks it, about a sub-user with three policies. The loads take turns. */
export async function authorizeRpc(constellation: Constellation, dataDir: string): Promise<RpcFigures[]> {
  const credential = await subUser(constellation);
  const service = await loadServiceIdentity('command-svc', join(dataDir, 'keys', 'command-svc.pem'));
  const transport = grpcTransport({
    address: constellation.grpc.iam,
    interceptors: [bearer(() => service.token())],
  });
  const iam = createServiceClient(AuthorizationService, transport);
  const pid = constellation.pids()['iam-svc']!;
  const ask = async (resources: number) => {
    const answer = await iam.authorize({
      context: { credential, peerAddress: '10.0.0.7' },
      action: 'tat:DescribeCommands',
      resources: Array.from({ length: resources }, (_, i) => ({ resource: `qcs::tat:ap-guangzhou::command/cmd-${i}` })),
    });
    if (!answer.allowed) throw new Error('the benchmark asks for what is allowed');
  };
  const measure = async ({ name, concurrency, resources }: (typeof LOADS)[number]): Promise<RpcFigures> => {
    const times: number[] = [];
    const cpu = cpuMicros(pid);
    const began = performance.now();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (;;) {
          const asked = performance.now();
          if (asked - began > SECONDS * 1_000) return;
          await ask(resources);
          times.push(performance.now() - asked);
        }
      }),
    );
    const sorted = times.toSorted((a, b) => a - b);
    return {
      name,
      callsPerSecond: times.length / ((performance.now() - began) / 1_000),
      p50Ms: sorted[Math.floor(0.5 * sorted.length)]!,
      p99Ms: sorted[Math.floor(0.99 * sorted.length)]!,
      serverCpuMicros: (cpuMicros(pid) - cpu) / times.length,
    };
  };
  try {
    const results = new Map<string, RpcFigures[]>(LOADS.map(({ name }) => [name, []]));
    for (let round = -1; round < ROUNDS; round++) {
      for (const load of LOADS) {
        const figures = await measure(load);
        if (round >= 0) results.get(load.name)!.push(figures);
      }
    }
    return [...results.values()].map(middle);
  } finally {
    transport.close();
  }
}

/** A token of a sub-user with three policies, one of them with conditions. */
async function subUser({ url, root }: Constellation): Promise<string> {
  const transport = await rootTransport(url, root);
  const iam = createServiceClient(IamService, transport);
  const user = await iam.addUser({ name: 'bench', useApi: true });
  const statements = [
    [{ effect: 'allow', action: 'tat:Describe*', resource: '*' }],
    [
      {
        effect: 'allow',
        action: ['tat:RunCommand', 'tat:InvokeCommand'],
        resource: ['qcs::tat:::command/*', 'qcs::cvm:::instance/*'],
      },
    ],
    [{ effect: 'deny', action: 'tat:*', resource: '*', condition: { ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } } }],
  ];
  for (const [index, statement] of statements.entries()) {
    const document = JSON.stringify({ version: '2.0', statement });
    const { policyId } = await iam.createPolicy({ policyName: `bench-${index}`, policyDocument: document });
    await iam.attachUserPolicy({ policyId, attachUin: user.uin });
  }
  const tokens = createServiceClient(TokenService, transport);
  return (await tokens.exchangeAccessKey(signExchange(user, Date.now()))).token;
}

function cpuMicros(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(afterName[11]) + Number(afterName[12])) * TICK_MICROS;
}

function middle(rounds: readonly RpcFigures[]): RpcFigures {
  const of = (figure: (one: RpcFigures) => number) => summarize(rounds.map(figure)).median;
  return {
    name: rounds[0]!.name,
    callsPerSecond: of((one) => one.callsPerSecond),
    p50Ms: of((one) => one.p50Ms),
    p99Ms: of((one) => one.p99Ms),
    serverCpuMicros: of((one) => one.serverCpuMicros),
  };
}
