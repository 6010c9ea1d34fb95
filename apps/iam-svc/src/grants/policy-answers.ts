import type { MessageInitShape } from '@bufbuild/protobuf';
import { type PolicySchema, PolicyType } from '@muster/contract';
import type { IamContext } from '../context.ts';
import { POLICY_TYPE_TO_PROTO, toPolicy } from '../convert/grants.ts';
import { nameHolds } from '../domain/fields.ts';
import { requireDocument } from '../named/things.ts';
import type { Policy } from '../store/policy-store.ts';

/** What answers about policies need besides the policies. */
export type PolicyAnswerParts = Pick<IamContext, 'attachments' | 'tags'>;

/** Whether a list that asks for a type, or for all of them, and for a part of the name has this policy. */
export function policyFilter(type: PolicyType, keyword: string): (policy: Policy) => boolean {
  return (policy) =>
    (type === PolicyType.UNSPECIFIED || POLICY_TYPE_TO_PROTO[policy.type] === type) &&
    nameHolds(policy.policyName, keyword);
}

/** A policy as a single answer shows it: with the document in force. */
export async function policyAnswer(
  policy: Policy,
  accountUin: string,
  { policies, ...parts }: PolicyAnswerParts & Pick<IamContext, 'policies'>,
): Promise<MessageInitShape<typeof PolicySchema>> {
  const policyDocument = requireDocument(await policies.document(policy), policy);
  const [answer] = await policyAnswers([policy], accountUin, parts);
  return { ...answer, policyDocument };
}

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
