import { type NounEntry, noun, type VerbEntry, verb } from './catalog-entry.ts';

/** What `muster iam` answers about rights without changing them. */
export const ANALYSIS: readonly VerbEntry[] = [
  verb('can', 'say whether somebody may do something', async () => (await import('./commands/iam/can.ts')).can),
  verb(
    'why',
    'explain a decision: what spoke, what almost did',
    async () => (await import('./commands/iam/why.ts')).why,
  ),
  verb(
    'who-can',
    'list everybody who may do something',
    async () => (await import('./commands/iam/who-can.ts')).whoCan,
  ),
  verb('effective', 'list what somebody may do', async () => (await import('./commands/iam/effective.ts')).effective),
  verb('lint', 'check a policy document', async () => (await import('./commands/iam/lint.ts')).lint),
  verb(
    'simulate',
    'try many actions on many resources',
    async () => (await import('./commands/iam/simulate.ts')).simulate,
  ),
  verb('diff', 'say what a changed document would change', async () => (await import('./commands/iam/diff.ts')).diff),
  verb(
    'services',
    'list services, actions and condition keys',
    async () => (await import('./commands/iam/services.ts')).services,
  ),
];

/** Everything that can be typed after `muster audit`. */
export const AUDIT: NounEntry = noun('audit', 'what was done and what was denied', [
  verb('list', 'list records, newest first', async () => (await import('./commands/audit/list.ts')).auditList),
  verb(
    'verify',
    'check that nobody changed a record',
    async () => (await import('./commands/audit/verify.ts')).auditVerify,
  ),
  verb(
    'export',
    'write every record as JSON Lines',
    async () => (await import('./commands/audit/export.ts')).auditExport,
  ),
  verb(
    'last-used',
    'list when whom used which action last',
    async () => (await import('./commands/audit/last-used.ts')).auditLastUsed,
  ),
]);
