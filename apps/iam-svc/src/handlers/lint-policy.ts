import type { MethodImpl } from '@connectrpc/connect';
import type { AnalysisService } from '@muster/contract';
import { lintPolicy as lint } from '@muster/policy';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toFinding } from '../convert/finding.ts';

export function lintPolicy({
  clock,
  quotas,
}: Pick<IamContext, 'clock' | 'quotas'>): MethodImpl<typeof AnalysisService.method.lintPolicy> {
  return ({ policyDocument, trust }, context) => {
    const account = callOf(context).caller.accountUin;
    const options = { account, trust, now: clock.now(), maxCharacters: quotas.policyCharacters };
    const { findings } = lint(policyDocument, options);
    return { findings: findings.map(toFinding) };
  };
}
