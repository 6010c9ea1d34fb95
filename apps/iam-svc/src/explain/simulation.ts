import type { Draft, SimulatePolicyRequest } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { acceptPolicy, type ExplainedPolicy, type ExplainedPrincipal, explainable } from '@muster/policy';
import type { Call } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import type { AccountRights } from '../domain/rights.ts';
import { checkCount, MOST_DOCUMENTS, newPolicyId, withDrafts } from '../domain/simulation.ts';
import { namedHolder } from '../named/holder.ts';
import { policySubject, requireCustom } from '../named/things.ts';

/** Whom a simulation is about: as things are, and, where there are drafts, as they would be. */
export interface Simulated {
  readonly asIs: ExplainedPrincipal;
  readonly drafted: ExplainedPrincipal | undefined;
}

/** What a request is answered from. */
interface Asking {
  readonly parts: Pick<IamContext, 'policies' | 'explained' | 'quotas'>;
  readonly call: Call;
  readonly rights: AccountRights;
}

type Asked = Pick<SimulatePolicyRequest, 'subject' | 'policyDocuments' | 'drafts'>;

/**
 * Whom a request is about, once the caller may ask: somebody of the account, or whoever had nothing but the request's documents and
 * the policies that its drafts replace.
 */
export async function simulated(asked: Asked, asking: Asking): Promise<Simulated> {
  const { subject, policyDocuments, drafts } = asked;
  const replacing = checkAsked(asked);
  const { parts, call, rights } = asking;
  const holder = subject && namedHolder(subject, rights);
  const subjects = [...(holder ? [holder.subject] : []), ...replacing.map((policyId) => policySubject(policyId))];
  // documents alone are nobody's: who may simulate at all may try them
  await call.authorize(subjects.length > 0 ? subjects : [{ resource: '*' }]);

  const replaced = await currentPolicies(replacing, asking);
  const asIs = holder
    ? await parts.explained.principal(holder.require(), rights)
    : {
        uin: call.caller.uin,
        rootUin: rights.accountUin,
        appId: rights.appId,
        isRoot: false,
        policies: [...policyDocuments.map((text, i) => documentAlone(text, i, asking)), ...replaced],
      };
  if (drafts.length === 0) return { asIs, drafted: undefined };
  const saved = drafts.map((draft, i) => draftedPolicy(draft, i, { replaced, asking }));
  return { asIs, drafted: withDrafts(asIs, saved) };
}

/** Checks what needs no look-up; hands back the numbers of the policies that drafts replace. */
function checkAsked({ subject, policyDocuments, drafts }: Asked): number[] {
  checkCount('PolicyDocuments', policyDocuments.length, { least: 0, most: MOST_DOCUMENTS });
  checkCount('Drafts', drafts.length, { least: 0, most: MOST_DOCUMENTS });
  if (subject && policyDocuments.length > 0) {
    throw invalid('InvalidParameter', 'PolicyDocuments', 'must be absent where Subject is given');
  }
  if (!subject && policyDocuments.length + drafts.length === 0) {
    throw invalid('MissingParameter', 'Subject', 'or PolicyDocuments must be given');
  }
  const replacing = drafts.map(({ policyId }) => Number(policyId)).filter((policyId) => policyId !== 0);
  if (new Set(replacing).size < replacing.length) {
    throw invalid('InvalidParameter', 'Drafts', 'must not replace a policy twice');
  }
  return replacing;
}

/** The policies that drafts replace, as they are. */
async function currentPolicies(
  policyIds: readonly number[],
  { parts: { policies, explained }, rights: { accountUin } }: Asking,
): Promise<ExplainedPolicy[]> {
  const current: ExplainedPolicy[] = [];
  for (const policyId of policyIds) {
    const { version, policyName } = requireCustom(await policies.find(accountUin, policyId), policyId);
    current.push(await explained.held({ policyId, version, policyName, via: 'user' }));
  }
  return current;
}

function documentAlone(text: string, i: number, asking: Asking): ExplainedPolicy {
  const named = { policyId: `document ${i}`, policyName: `document ${i + 1}`, version: 0, via: 'document' };
  return { ...named, ...readable(text, asking) };
}

function draftedPolicy(
  { policyId, policyDocument }: Draft,
  i: number,
  { replaced, asking }: { replaced: readonly ExplainedPolicy[]; asking: Asking },
): ExplainedPolicy {
  const old = replaced.find((policy) => policy.policyId === policyId);
  const named = old ?? { policyId: newPolicyId(i), policyName: 'new policy', version: 0 };
  return { ...named, version: named.version + 1, via: 'draft', ...readable(policyDocument, asking) };
}

/** What could not be saved cannot be tried either. */
function readable(text: string, { parts: { quotas }, rights: { accountUin } }: Asking) {
  const limits = { maxCharacters: quotas.policyCharacters, account: accountUin };
  return explainable(acceptPolicy(text, limits).policy, text);
}
