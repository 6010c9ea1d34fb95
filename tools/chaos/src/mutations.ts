import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Profile } from './plan.ts';

/** Defects that prove the checker: each takes one guard away. */
export const MUTATIONS = {
  /** The agent forgets its journal at start. */
  'journal-off': {
    profile: 'agents',
    patch: {
      file: 'apps/agent/src/spool/journal.ts',
      fragment: '...(await loadTasks(',
      replacement:
        "...(['rmSync', 'mkdirSync'].forEach((name) => process.getBuiltinModule('node:fs')[name](tasks, { recursive: true })), await loadTasks(",
    },
  },
  /** The supervisor takes no permit, so nobody can tell whether a script was started; the pipes of an earlier start do not stop it either. */
  'permit-off': {
    profile: 'supervisors',
    patch: {
      file: 'apps/agent/src/supervisor/supervisor.sh',
      fragment: 'mkdir permit 2>/dev/null || exit 75',
      replacement: 'rm -f stdout.pipe stderr.pipe',
    },
    /** A shell loads no modules: the agent is led to a changed copy. */
    copied: {
      file: 'apps/agent/src/supervisor/launch.ts',
      fragment: "fileURLToPath(new URL('./supervisor.sh', import.meta.url))",
    },
  },
  /** Whoever asks to start is allowed to, whatever has become of the task. */
  'cas-off': {
    profile: 'cancels',
    patch: {
      file: 'apps/invocation-svc/src/domain/task-start.ts',
      fragment: "if (claim === '') return refused('a claim is needed');",
      replacement:
        'return { granted: true, ...(isWaiting(task.status) ? { task: moved(task, "start", now, { claim, startTime: now, dueAt: undefined, deadlineAt: now + task.timeout * 1_000 + rules.graceMs })! } : {}) };',
    },
  },
  /** Results are answered first and committed a second later, so that a crash between the two loses them. */
  'ack-before-commit': {
    profile: 'service',
    patch: {
      file: 'apps/invocation-svc/src/consumers/task-result.ts',
      fragment: ' = await write(',
      replacement: " = ((...late) => (setTimeout(() => void write(...late), 1_000), { decision: { kind: 'known' } }))(",
    },
  },
} as const satisfies Record<string, Mutation>;

/** The name of a defect. */
export type MutationName = keyof typeof MUTATIONS;

/** A defect: one fragment of one file, which is there exactly once, and what takes its place. */
export interface Mutation {
  /** The faults that make it show. */
  readonly profile: Profile;
  readonly patch: Patch;
  readonly copied?: Omit<Patch, 'replacement'>;
}

/** One change of one file, named from the root of the repository. */
export interface Patch {
  readonly file: string;
  readonly fragment: string;
  readonly replacement: string;
}

/** The text with the fragment replaced. Throws when it is not there exactly once: then the mutation proves nothing any more. */
export function patched(text: string, { file, fragment, replacement }: Patch): string {
  const [before, after, ...more] = text.split(fragment);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file} does not have this exactly once, so the mutation has to be renewed:\n${fragment}`);
  return `${before}${replacement}${after}`;
}

/** What has to be changed in modules as they are loaded, and the changed copy of the file that is none; `copy` is where that is put. */
export function changesOf(
  name: MutationName,
  { root, copy }: { root: string; copy: string },
): { patch: Patch; copied?: string } {
  const { patch, copied }: Mutation = MUTATIONS[name];
  if (!copied) return { patch };
  return {
    patch: { ...copied, replacement: JSON.stringify(copy) },
    copied: patched(readFileSync(join(root, patch.file), 'utf8'), patch),
  };
}

/** The option of Node with which a process loads the changed module instead of the right one. */
export function nodeOption(patch: Patch, root: string): string {
  const hook = pathToFileURL(join(import.meta.dirname, 'mutate.ts'));
  hook.searchParams.set('url', pathToFileURL(join(root, patch.file)).href);
  hook.searchParams.set('patch', JSON.stringify(patch));
  return `--import=${hook.href}`;
}
