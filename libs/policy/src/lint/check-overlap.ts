import type { Located } from '../document.ts';
import type { DraftStatement } from '../draft.ts';
import { soundStatement } from '../parse.ts';
import { pathText } from '../positions.ts';
import { given } from '../refusals.ts';
import { coversStatement } from './covers.ts';
import type { Warn } from './finding.ts';

/** Says what is written twice, what has no effect because of another statement, and what allows everything. */
export function checkOverlap(statements: readonly DraftStatement[], warn: Warn): void {
  for (const statement of statements) {
    checkTwice('DuplicateAction', statement.actions, warn);
    checkTwice('DuplicateResource', statement.resources, warn);
    checkBreadth(statement, warn);
  }
  const sound = statements.filter((statement) => statement.sound);
  for (const [i, statement] of sound.entries()) checkReach(statement, sound.slice(0, i), sound.slice(i + 1), warn);
}

function checkTwice(
  code: 'DuplicateAction' | 'DuplicateResource',
  items: readonly Located<string>[],
  warn: Warn,
): void {
  const seen = new Set<string>();
  for (const { value, path } of items) {
    if (seen.has(value)) warn(code, path, `is there before, ${given(value)}`);
    seen.add(value);
  }
}

function checkBreadth({ effect, actions, resources, conditions, principals, path }: DraftStatement, warn: Warn): void {
  if (effect !== 'allow' || conditions.length > 0) return;
  const everything = actions.some(({ value }) => value === '*' || value === '*:*');
  if (everything && principals === undefined && resources.some(({ value }) => value === '*')) {
    warn('AllowsEverything', path, 'allows everything, also to change who may do what');
  }
}

/** Order plays no part in a decision, so a statement is as useless after a broader one as it is before it. */
function checkReach(
  draft: DraftStatement,
  before: readonly DraftStatement[],
  after: readonly DraftStatement[],
  warn: Warn,
): void {
  const covers = (broad: DraftStatement, narrow: DraftStatement) =>
    JSON.stringify(broad.principals) === JSON.stringify(narrow.principals) &&
    coversStatement(soundStatement(broad), soundStatement(narrow));
  const broader = [...before, ...after].filter((other) => covers(other, draft));

  const denied = draft.effect === 'allow' ? broader.find(({ effect }) => effect === 'deny') : undefined;
  if (denied !== undefined) {
    warn('DeadAllow', draft.path, `allows nothing: ${pathText(denied.path)} denies all of it`);
    return;
  }
  const same = broader.filter(({ effect }) => effect === draft.effect);
  const twin = same.find((other) => covers(draft, other));
  // of two that say the same, only the later one is too much
  if (twin !== undefined && before.includes(twin)) {
    warn('DuplicateStatement', draft.path, `says the same as ${pathText(twin.path)}`);
    return;
  }
  const other = same.find((each) => !covers(draft, each));
  if (other !== undefined) warn('Unreachable', draft.path, `changes nothing: ${pathText(other.path)} says all of it`);
}
