/** One line of the way from one text to another, with its line end if it has one. */
export interface Edit {
  readonly kind: 'same' | 'added' | 'removed';
  readonly line: string;
}

const CONTEXT_LINES = 3;
const SIGN = { same: ' ', added: '+', removed: '-' } as const;

/** A unified diff, as `diff -u` writes it, without line ends; no lines when nothing changed. */
export function unifiedDiff(
  edits: readonly Edit[],
  names: { readonly before: string; readonly after: string },
): string[] {
  const hunks = hunksOf(edits);
  if (hunks.length === 0) return [];
  return [`--- ${names.before}`, `+++ ${names.after}`, ...hunks.flatMap((hunk) => linesOf(edits, hunk))];
}

/** Edits from one place to another, not included. */
interface Hunk {
  readonly from: number;
  to: number;
}

/** Changes with the lines around them; those that are near one another are one hunk. */
function hunksOf(edits: readonly Edit[]): Hunk[] {
  const hunks: Hunk[] = [];
  edits.forEach(({ kind }, at) => {
    if (kind === 'same') return;
    const from = Math.max(0, at - CONTEXT_LINES);
    const to = Math.min(edits.length, at + 1 + CONTEXT_LINES);
    const last = hunks.at(-1);
    if (last && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  });
  return hunks;
}

function linesOf(edits: readonly Edit[], { from, to }: Hunk): string[] {
  const before = edits.slice(0, from);
  const inside = edits.slice(from, to);
  const place = (without: Edit['kind']) => {
    const count = inside.filter(({ kind }) => kind !== without).length;
    const passed = before.filter(({ kind }) => kind !== without).length;
    // an empty side stands after the line before it
    return `${count === 0 ? passed : passed + 1}${count === 1 ? '' : `,${count}`}`;
  };
  const lines = inside.flatMap(({ kind, line }) => {
    const text = `${SIGN[kind]}${line.replace(/\n$/, '')}`;
    return line.endsWith('\n') ? [text] : [text, '\\ No newline at end of file'];
  });
  return [`@@ -${place('added')} +${place('removed')} @@`, ...lines];
}
