import type { App } from './app.ts';

/** Prints what became of commands or of their files: a line for each that changed, and how many there are of each kind. */
export function printReport(app: App, report: Readonly<Record<string, readonly string[]>>): void {
  const kinds = Object.entries(report);
  if (app.json) {
    app.printJson(
      Object.fromEntries(kinds.map(([kind, names]) => [`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, names])),
    );
    return;
  }
  const width = Math.max(...kinds.map(([kind]) => kind.length));
  for (const [kind, names] of kinds) {
    if (kind === 'unchanged') continue;
    for (const name of names) app.terminal.out.line(`${kind.padEnd(width)}  ${name}`);
  }
  app.note(kinds.map(([kind, names]) => `${names.length} ${kind}`).join(', '));
}
