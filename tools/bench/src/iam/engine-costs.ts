import { compilePolicy, compilePrincipal, decide, parsePolicy } from '@muster/policy';
import { summarize } from '../summary.ts';
import { contextOf } from './engine.ts';
import { musterEngine } from './muster-engine.ts';
import { documentOf } from './policy-document.ts';
import { APP_ID, ROOT_UIN, type Workload } from './workload.ts';

/** What one account costs in memory and what its parts cost in time. */
export interface EngineCosts {
  readonly heapMegabytes: number;
  readonly compilePolicyMicros: number;
  readonly compilePrincipalMicros: number;
  readonly batchOf200Micros: number;
  /** One policy of the greatest length, made to be slow, on a resource made for it. */
  readonly worstPolicyMicros: number;
}

/** Needs `node --expose-gc`; every user of the workload has been asked about once when the memory is read. */
export function engineCosts(workload: Workload): EngineCosts {
  const before = heap();
  const engine = musterEngine(workload);
  for (const ask of workload.asks) engine.allows(ask);
  const heapMegabytes = (heap() - before) / 1_048_576;
  engine.allows(workload.asks[0]!);

  const texts = workload.policies.map((rules) => JSON.stringify(documentOf(rules)));
  const compiled = texts.map((text) => compilePolicy(parsePolicy(text)));
  const principalOf = (user: Workload['users'][number]) =>
    compilePrincipal({
      uin: user.uin,
      rootUin: ROOT_UIN,
      appId: APP_ID,
      isRoot: false,
      policies: user.policies.map((index) => ({ policyId: String(index), version: 1, compiled: compiled[index]! })),
    });
  const principals = workload.users.map(principalOf);
  const fleet = Array.from({ length: 200 }, (_, i) => ({
    name: `qcs::tat:ap-guangzhou:uin/${ROOT_UIN}:instance/ins-${i % 60}`,
    tags: { team: 'ops', env: i % 2 ? 'prod' : 'test' },
  }));
  return {
    heapMegabytes,
    compilePolicyMicros: median(texts, (text) => compilePolicy(parsePolicy(text))),
    compilePrincipalMicros: median(workload.users, principalOf),
    batchOf200Micros: median(workload.asks.slice(0, 1_000), (ask) =>
      decide(principals[ask.user]!, { action: 'tat:RunCommand', resources: fleet, context: contextOf(ask) }),
    ),
    worstPolicyMicros: worstPolicy(),
  };
}

/** 4,096 characters of patterns, each of which has to search the whole of a resource of 1,024 characters in vain. */
function worstPolicy(): number {
  const resource = Array.from({ length: 300 }, (_, i) => `qcs:::::*a${String.fromCharCode(98 + (i % 25))}*`);
  const document = (patterns: readonly string[]) =>
    JSON.stringify({ version: '2.0', statement: [{ effect: 'allow', action: '*', resource: patterns }] });
  while (document(resource).length > 4_096) resource.pop();
  const compiled = compilePolicy(parsePolicy(document(resource)));
  const principal = compilePrincipal({
    uin: '1',
    rootUin: ROOT_UIN,
    appId: APP_ID,
    isRoot: false,
    policies: [{ policyId: '1', version: 1, compiled }],
  });
  const request = { action: 'tat:RunCommand', resources: [{ name: `qcs::tat:::${'a'.repeat(1_012)}` }] };
  return median(Array.from({ length: 200 }), () => decide(principal, request));
}

function heap(): number {
  if (!globalThis.gc) throw new Error('memory can only be read with node --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function median<T>(items: readonly T[], act: (item: T) => unknown): number {
  const times = items.map((item) => {
    const began = performance.now();
    act(item);
    return (performance.now() - began) * 1_000;
  });
  return summarize(times).median;
}
