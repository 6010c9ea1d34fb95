import type { Outcome } from '../authorize.ts';
import type { ExplainedPolicy, Layer } from './explained-principal.ts';
import type { NearMiss } from './near-misses.ts';
import type { Trial } from './trial.ts';
import { both, either, fact, wish } from './wording.ts';

/** What the sentence is made of. */
export interface Findings {
  readonly action: string;
  readonly resource: string;
  readonly outcome: Outcome;
  /** The deciding policy, if one decided, and the trial of its statement unless the policy cannot be read. */
  readonly deciding: { readonly policy: ExplainedPolicy; readonly trial: Trial | undefined } | undefined;
  /** The first layer without an allow. */
  readonly lacking: { readonly layer: Layer; readonly trials: readonly Trial[] } | undefined;
  /** The likeliest first. */
  readonly misses: readonly NearMiss[];
}

/** Says in one sentence what was decided and why. */
export function sentence(findings: Findings): string {
  const { outcome, deciding } = findings;
  if (outcome === 'implicit_deny') return `denied: ${lack(findings)}`;
  // nobody but root is allowed anything without a statement
  if (deciding === undefined) return 'allowed: the root account may do everything with what it owns';
  if (deciding.trial === undefined) return `denied: ${nameOf(deciding.policy)} cannot be read, so it denies everything`;
  const conditions = deciding.trial.statement.conditions.map(({ written }) => wish(written, written.values));
  const because = conditions.length > 0 ? `, as ${both(conditions)}` : '';
  return `${outcome === 'allowed' ? 'allowed' : 'denied'} by ${statementOf(deciding.trial)}${because}`;
}

/** Why no allow was found in the layer that needs one. */
function lack({ action, resource, lacking, misses }: Findings): string {
  const { layer, trials } = lacking!;
  const [nearest] = misses.filter(({ trial }) => layer.policies.includes(trial.policy));
  const why =
    nearest === undefined ? nothingNear(layer, trials, action) : almost(nearest, misses, { action, resource });
  if (layer.kind === 'grants') return why;
  const limit = nameOf(layer.policies[0]!);
  return `${layer.kind === 'boundary' ? `the boundary ${limit}` : limit} does not allow it; ${why}`;
}

function nothingNear({ policies }: Layer, trials: readonly Trial[], action: string): string {
  const naming = trials.filter((trial) => trial.action && trial.written.effect === 'allow').length;
  if (policies.length === 0) return 'no policy is attached';
  if (naming === 0) return `no statement names ${action}`;
  return `${naming === 1 ? '1 statement allows' : `${naming} statements allow`} ${action}, but neither on this resource nor under these conditions`;
}

function almost(
  nearest: NearMiss,
  misses: readonly NearMiss[],
  { action, resource }: { action: string; resource: string },
): string {
  const where = statementOf(nearest.trial);
  switch (nearest.reason) {
    case 'condition': {
      const failed = misses.filter(({ trial }) => trial === nearest.trial);
      const wishes = failed.map(({ condition, wanted }) => wish(condition!.written, wanted));
      const facts = failed.map(({ condition, given }) => fact(condition!.written.key, given));
      return `${where} allows ${action}, but only when ${both(wishes)}, and ${both([...new Set(facts)])}`;
    }
    case 'resource':
      return resource === '*'
        ? `${where} allows ${action} only on ${either(nearest.wanted.map(quoted))}, but it is decided on \`*\` as a whole`
        : `${where} allows ${action}, but only on ${either(nearest.wanted.map(quoted))}, not on \`${resource}\``;
    case 'action':
      return `no statement names ${action}; the nearest is ${where}, which allows ${both(nearest.wanted)}`;
  }
}

function statementOf({ policy, statement }: Trial): string {
  return `statement ${statement.index} of ${nameOf(policy)}`;
}

/** `policy \`ops\` (through group admins)`; one's own policies need no more words. */
function nameOf({ policyName, via }: ExplainedPolicy): string {
  const name = `\`${policyName}\``;
  if (via === 'document') return policyName;
  if (via === 'session') return 'the session policy';
  if (via === 'boundary') return name;
  return via === 'draft'
    ? `the draft of ${name}`
    : `policy ${name}${via.startsWith('group ') ? ` (through ${via})` : ''}`;
}

function quoted(text: string): string {
  return `\`${text}\``;
}
