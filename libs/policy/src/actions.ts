import { compileWildcard, matchWildcard, type Wildcard } from './wildcard.ts';

const ACTION = /^(?:\*|[a-z][a-z0-9_-]*):[A-Za-z0-9_*]+$/;

/**
 * An action as policies write it (`tat:RunCommand`, `name/cvm:Describe*`, `cos: GetObject`, `*`) without its optional
 * `name/` and stray blanks; undefined when it is none. Feature sets (`permid/…`, `permit/…`, `actionName/…`) are refused
 * with the rest: their contents are not published, so a deny of one would protect nothing.
 */
export function parseAction(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^name\//, '')
    .replace(/:\s+/, ':');
  return bare === '*' || ACTION.test(bare) ? bare : undefined;
}

/** The actions of one statement, ready to be matched. */
export interface ActionSet {
  readonly exact: ReadonlySet<string>;
  readonly patterns: readonly Wildcard[];
}

/** CAM section 15, A1: the vendor's own sample misspells what it wants to forbid. Never applied to an allow. */
export const MISSPELT_IN_DENY: ReadonlyMap<string, string> = new Map([['tat:InvokeCommands', 'tat:InvokeCommand']]);

/** CAM section 15, A3: one action under the name of the API and under the one of the access table. */
const TWO_NAMES = ['tat:DescribeAutomationAgentStatus', 'tat:DescribeAutomationAgents'] as const;

export function compileActions(actions: readonly string[], effect: 'allow' | 'deny'): ActionSet {
  const exact = new Set<string>();
  const patterns: Wildcard[] = [];
  for (const action of actions) {
    if (action.includes('*')) patterns.push(compileWildcard(action));
    else exact.add(action);
    const meant = MISSPELT_IN_DENY.get(action);
    if (effect === 'deny' && meant !== undefined) exact.add(meant);
  }
  return { exact, patterns };
}

/** Every name under which policies may speak of the requested action. */
export function namesOfAction(action: string): readonly string[] {
  return (TWO_NAMES as readonly string[]).includes(action) ? TWO_NAMES : [action];
}

export function coversAction(actions: ActionSet, names: readonly string[]): boolean {
  return names.some((name) => actions.exact.has(name) || actions.patterns.some((p) => matchWildcard(p, name)));
}
