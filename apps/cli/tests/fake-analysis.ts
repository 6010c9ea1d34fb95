import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  AnalysisService,
  AuditService,
  FindingSeverity,
  MissReason,
  Outcome,
  PlanKind,
  PrincipalType,
  SubjectKind,
} from '@muster/contract';
import type { World } from './world.ts';

const ALLOWING = {
  policyId: '7',
  policyName: 'ops',
  version: 2,
  statementIndex: 1,
  effect: 'allow',
  via: 'group sre',
  line: 9,
};
const OTHER = { ...ALLOWING, policyId: '0', policyName: 'document 1', via: 'document' };

/**
 * Plays AnalysisService and AuditService. Allowed is what does not contain Delete; whoever deletes is missing an address, an action and
 * a resource.
 */
export function analysisRoutes(router: ConnectRouter, { directory }: World): void {
  router.service(AnalysisService, {
    lintPolicy({ policyDocument, trust }) {
      if (trust || !policyDocument.includes('bad')) return { findings: [] };
      const place = { line: 3, column: 14, path: 'statement[0].action' };
      return {
        findings: [
          {
            severity: FindingSeverity.ERROR,
            code: 'InvalidParameter.ActionNotExist',
            message: 'no such action',
            ...place,
          },
          { severity: FindingSeverity.WARNING, code: 'AllowsEverything', message: 'allows everything', line: 0 },
        ],
      };
    },
    simulatePolicy({ actions, resources, drafts, changesOnly }) {
      if (changesOnly) {
        if (!drafts[0]!.policyDocument.includes('tat:')) return { results: [] };
        const on = { resource: 'qcs::tat:ap-guangzhou:uin/100000:command/*' };
        return {
          results: [
            {
              action: 'tat:RunCommand',
              ...on,
              outcome: Outcome.ALLOWED,
              before: Outcome.IMPLICIT_DENY,
              reason: 'allowed by it',
            },
            {
              action: 'tat:DeleteCommand',
              ...on,
              outcome: Outcome.EXPLICIT_DENY,
              before: Outcome.ALLOWED,
              reason: 'denied by it',
            },
          ],
        };
      }
      const results = actions.flatMap((action) =>
        resources.map(({ resource }) =>
          action.includes('Delete')
            ? {
                action,
                resource,
                outcome: Outcome.IMPLICIT_DENY,
                reason: 'denied: statement 1 of policy `ops` allows it, but only elsewhere',
                nearMisses: [
                  {
                    statement: ALLOWING,
                    reason: MissReason.CONDITION,
                    operator: 'ip_equal',
                    key: 'qcs:ip',
                    wanted: ['10.0.0.0/8'],
                  },
                  { statement: OTHER, reason: MissReason.ACTION, wanted: ['tat:Describe*'], given: [action] },
                  { statement: OTHER, reason: MissReason.RESOURCE, wanted: ['command/a'], given: [resource] },
                ],
              }
            : { action, resource, outcome: Outcome.ALLOWED, reason: 'allowed by statement 1', matched: [ALLOWING] },
        ),
      );
      return { results };
    },
    whoCan({ action }) {
      if (action.includes('Delete')) return {};
      const [user] = directory.users;
      return {
        subjects: [{ kind: SubjectKind.USER, id: user?.uin ?? '1', name: user?.name ?? 'ana' }],
        conditional: [{ kind: SubjectKind.ROLE, id: '777', name: 'deploy' }],
      };
    },
    listEffective({ service }) {
      if (service === 'cos') return {};
      const lastUsedTime = timestampFromMs(Date.now() - 7_200_000);
      return {
        actions: [
          { action: 'tat:DescribeCommands', kind: PlanKind.ALWAYS, allow: ['*'], lastUsedTime },
          {
            action: 'tat:RunCommand',
            kind: PlanKind.CONDITIONAL,
            allow: ['qcs::cvm:::*'],
            deny: ['qcs::cvm:::instance/a'],
          },
          { action: 'tat:DeleteCommand', kind: PlanKind.CONDITIONAL, allow: ['*'], hasConditions: true },
        ],
      };
    },
    listServices({ service }) {
      const run = {
        name: 'RunCommand',
        accessLevel: 'write',
        resources: ['qcs::tat:$region:$account:command/*', 'qcs::cvm:$region:$account:instance/$instanceId'],
        description: 'Runs a script.',
      };
      const create = {
        name: 'CreateCommand',
        accessLevel: 'write',
        operationLevel: true,
        description: 'Saves a command.',
      };
      const conditionKeys = [{ key: 'cvm:region', type: 'string', description: 'The region.' }];
      const all = [
        { service: 'cvm', title: 'Cloud Virtual Machine', complete: false, conditionKeys },
        { service: 'tat', title: 'Automation Tools', complete: true, actions: [run, create] },
      ];
      return { services: all.filter((one) => service === '' || one.service === service) };
    },
  });

  const records = Array.from({ length: 230 }, (_, i) => ({
    sequence: BigInt(230 - i),
    time: timestampFromMs(Date.UTC(2026, 0, 2)),
    principal: { type: PrincipalType.USER, accountUin: '100000', uin: '200001', name: 'ana' },
    action: 'tat:RunCommand',
    resources: ['qcs::cvm:ap-guangzhou:uin/100000:instance/ins-00000000'],
    resourceCount: 3,
    outcome: Outcome.IMPLICIT_DENY,
    sourceIp: '192.0.2.1',
    hash: new Uint8Array([1, 2]),
  }));
  router.service(AuditService, {
    listAuditRecords({ beforeSequence, limit = 50 }) {
      const before = records.filter(({ sequence }) => beforeSequence === '0' || sequence < BigInt(beforeSequence));
      const page = before.slice(0, limit);
      const next = before.length > page.length ? String(page.at(-1)!.sequence) : '0';
      return { records: page, nextBeforeSequence: next };
    },
    verifyAudit: () =>
      directory.users.some(({ name }) => name === 'mallory')
        ? { intact: false, count: 9n, brokenSequence: '4', problem: 'its hash does not fit' }
        : { intact: true, count: 230n, headHash: new Uint8Array([0xab, 0xcd]) },
    async *exportAudit({ fromSequence }) {
      for (const record of records.toReversed()) {
        if (record.sequence >= BigInt(fromSequence)) yield { record };
      }
    },
    listLastUsed() {
      const lastUsedTime = timestampFromMs(Date.now() - 7_200_000);
      return { totalNum: 1, list: [{ uin: '200001', action: 'tat:RunCommand', lastUsedTime, count: 12n }] };
    },
  });
}
