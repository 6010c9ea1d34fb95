import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../src/constellation.ts';

/** A line of a document that a shell would run, and how it says that it ends. */
export interface DocumentedLine {
  readonly line: string;
  /** From `exit code N` in the line's comment; 0 when it says nothing. */
  readonly exitCode: number;
}

/** What a document has for a shell. */
export interface DocumentedCommands {
  readonly lines: readonly DocumentedLine[];
  /** The reasons given for blocks that are not run. */
  readonly notRun: readonly string[];
}

const FENCE = /^```(\w*)$/;
const NOT_RUN = /^<!-- not run: (.+) -->$/;
const MUSTER = /(^|[|;&] *)(\.\/)?muster /;

/** Every line with `muster` in the shell blocks of a Markdown file, in order; `<!-- not run: why -->` before a block leaves it out. */
export function documentedCommands(file: string): DocumentedCommands {
  const lines: DocumentedLine[] = [];
  const notRun: string[] = [];
  let language: string | undefined;
  let before = '';
  let skipped = false;
  for (const line of readFileSync(join(ROOT, file), 'utf8').split('\n')) {
    const fence = FENCE.exec(line);
    if (fence && language === undefined) {
      language = fence[1]!;
      const why = NOT_RUN.exec(before)?.[1];
      skipped = why !== undefined;
      if (why !== undefined) notRun.push(why);
    } else if (fence) language = undefined;
    else if (language !== undefined && !skipped && ['', 'sh'].includes(language) && MUSTER.test(line)) {
      const [, code = '0'] = /# .*exit code (\d)/.exec(line) ?? [];
      lines.push({ line, exitCode: Number(code) });
    }
    if (line.trim() !== '') before = line;
  }
  return { lines, notRun };
}

/** The `at`th block of a language. */
export function documentedBlock(file: string, language: string, at: number): string {
  const blocks = readFileSync(join(ROOT, file), 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  const found = [...blocks].filter(([, each]) => each === language)[at];
  if (!found) throw new Error(`${file} has no ${language} block ${at}`);
  return found[2]!;
}
