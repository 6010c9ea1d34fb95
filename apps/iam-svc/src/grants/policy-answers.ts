import type { MessageInitShape } from '@bufbuild/protobuf';
import type { PolicySchema } from '@muster/contract';
import type { IamContext } from '../context.ts';
import { toPolicy } from '../convert/grants.ts';
import type { Policy } from '../store/policy-store.ts';

/** What answers about policies need besides the policies. */
export type PolicyAnswerParts = Pick<IamContext, 'attachments' | 'tags'>;

/** Policies as lists show them: with their tags and how many have them, without their documents. */
export async function policyAnswers(
  policies: readonly Policy[],
  accountUin: string,
  { attachments, tags }: PolicyAnswerParts,
): Promise<MessageInitShape<typeof PolicySchema>[]> {
  const ids = policies.map(({ policyId }) => policyId);
  const counts = await attachments.countsOf(accountUin, ids);
  const tagged = await tags.ofSome(accountUin, 'policy', ids.map(String));
  return policies.map((policy) => {
    const { policyId } = policy;
    return toPolicy(policy, { attachments: counts.get(policyId) ?? 0, tags: tagged.get(String(policyId)) ?? {} });
  });
}
