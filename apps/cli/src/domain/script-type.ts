/** Languages of a script, as TAT names them; PYTHON is Muster's own. */
export const SCRIPT_TYPES = ['SHELL', 'PYTHON', 'POWERSHELL', 'BAT'] as const;

export type ScriptType = (typeof SCRIPT_TYPES)[number];

/** The language that a file's ending tells; SHELL for every other one. */
export function scriptTypeOf(file: string): ScriptType {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase();
  if (ending === 'py') return 'PYTHON';
  if (ending === 'ps1') return 'POWERSHELL';
  if (ending === 'bat' || ending === 'cmd') return 'BAT';
  return 'SHELL';
}

/** The language that a user named, in any case, or undefined when it is none. */
export function parseScriptType(text: string): ScriptType | undefined {
  return SCRIPT_TYPES.find((type) => type === text.toUpperCase());
}
