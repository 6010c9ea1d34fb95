import type { PolicyFinding } from '@muster/contract';
import type { App } from './app.ts';
import { escapeText } from './domain/escape.ts';

/** Says on standard error what the linter thinks of a document that was saved all the same. With `--json` they are in the answer. */
export function noteWarnings(app: App, warnings: readonly PolicyFinding[]): void {
  for (const { line, column, message, code } of warnings) {
    const where = line > 0 ? `line ${line}, column ${column}: ` : '';
    app.note(`${app.terminal.err.colors.yellow('warning:')} ${where}${escapeText(message)} [${code}]`);
  }
}
