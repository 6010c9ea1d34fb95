import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AttachedPolicy, authorize, type ContextValue, compilePolicy, parsePolicy } from '../src/index.ts';
import { naive, type Rule } from './naive.ts';

interface Document {
  version: string;
  statement: Rule | Rule[];
}

interface Vector {
  id: string;
  note?: string;
  caller: { uin: string; rootUin: string };
  policies: Document[];
  groupPolicies?: Document[][];
  boundary?: Document;
  sessionPolicy?: Document;
  action: string;
  resources: string[];
  resourceTags?: Record<string, Record<string, string>>;
  context?: Record<string, string | number | string[]>;
  expect: 'allow' | 'deny';
}

const file = new URL('../scenarios/cam-vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };

/** The appid of the vectors' account 100000000001 (CAM section 12.5). */
const APP_ID = '1250000000';

const attach = (document: Document, i = 0): AttachedPolicy => ({
  policyId: `p${i}`,
  version: 1,
  compiled: compilePolicy(parsePolicy(JSON.stringify(document))),
});

/** The vectors carry request tags among the context, as `key&value`; a service hands them over as tags. */
function split({ context = {} }: Vector) {
  const { 'qcs:request_tag': tags = [], ...rest } = context;
  const requestTags = Object.fromEntries([tags].flat().map((tag) => String(tag).split('&') as [string, string]));
  return { context: rest as Record<string, ContextValue>, requestTags };
}

describe('every decision vector of the CAM digest, section 16', () => {
  it('is there', () => {
    expect(vectors).toHaveLength(87);
    expect(vectors.every(({ resources }) => resources.length > 0)).toBe(true);
  });

  it.each(vectors)('$id: $action is a case of $expect', (vector) => {
    const attached = [...vector.policies, ...(vector.groupPolicies ?? []).flat()];
    const limits = [vector.boundary, vector.sessionPolicy].filter((limit) => limit !== undefined);
    const caller = { ...vector.caller, appId: APP_ID };

    const { allowed, resources } = authorize(
      {
        ...caller,
        isRoot: caller.uin === caller.rootUin,
        policies: attached.map(attach),
        ...(vector.boundary && { boundary: attach(vector.boundary) }),
        ...(vector.sessionPolicy && { sessionPolicies: [attach(vector.sessionPolicy)] }),
      },
      {
        action: vector.action,
        resources: vector.resources.map((name) => ({ name, tags: vector.resourceTags?.[name] ?? {} })),
        ...split(vector),
      },
    );
    expect(allowed ? 'allow' : 'deny').toBe(vector.expect);

    const rules = (document: Document) => [document.statement].flat();
    const specified = vector.resources.map((resource) =>
      naive({
        caller,
        rules: attached.flatMap(rules),
        limits: limits.map(rules),
        action: vector.action,
        resource,
        tags: vector.resourceTags?.[resource] ?? {},
        ...split(vector),
      }),
    );
    expect(resources.map(({ outcome }) => outcome)).toEqual(specified);
  });
});
