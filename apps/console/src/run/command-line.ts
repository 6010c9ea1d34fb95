/** What a run was, in terms of the command line. */
export interface RunAsCommandLine {
  /** Set when a stored command was invoked. */
  readonly commandId?: string;
  readonly content: string;
  readonly type: string;
  readonly instanceIds: readonly string[];
  readonly username: string;
  readonly workingDirectory: string;
  /** Seconds. */
  readonly timeout: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The line for a POSIX shell that does the same again. */
export function commandLine(run: RunAsCommandLine): string {
  const words = run.commandId ? ['muster', 'invoke', run.commandId] : ['muster', 'run', quote(run.content)];
  const option = (name: string, value: string) => words.push(name, quote(value));
  for (const id of run.instanceIds) option('-t', id);
  if (!run.commandId && run.type !== 'SHELL') option('--type', run.type);
  if (run.username) option('--user', run.username);
  if (run.workingDirectory) option('--cwd', run.workingDirectory);
  if (run.timeout > 0) option('--timeout', `${run.timeout}s`);
  for (const [key, value] of run.parameters) option('--param', `${key}=${value}`);
  return words.join(' ');
}

function quote(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
