import { compileActions, coversAction } from '../actions.ts';
import type { DraftStatement } from '../draft.ts';
import { given } from '../refusals.ts';
import type { Warn } from './finding.ts';

/** The ways to take a role on; nothing else is ever asked of a trust policy (CAM section 9). */
const ASSUMING = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

/** Says what of a trust policy no caller ever meets, and who meets it without being named. */
export function checkTrust(
  { effect, actions, resources, conditions, principals, path }: DraftStatement,
  warn: Warn,
): void {
  for (const { value, path: place } of actions) {
    if (coversAction(compileActions([value], 'allow'), ASSUMING)) continue;
    warn('NeverMeets', place, `is nothing that is asked of a role (\`sts:AssumeRole\` is), is ${given(value)}`);
  }
  for (const { value, path: place } of resources) {
    if (value === '*') continue;
    const result = effect === 'deny' ? 'the statement denies whatever it is' : 'the statement allows nothing by it';
    warn('NeverMeets', place, `is not \`*\` but ${given(value)}: a trust policy is about its own role, so ${result}`);
  }
  if (effect === 'allow' && principals === '*' && conditions.length === 0) {
    warn('TrustsEveryone', path, 'lets every principal of every account in');
  }
}
