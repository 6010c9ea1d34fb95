const COLUMNS_MAX = 60;

/** A script in one line: its first line that says something, and how many more there are. */
export function scriptInBrief(content: Uint8Array): string {
  const lines = new TextDecoder().decode(content).trim().split(/\r?\n/);
  const telling = lines.find((line) => line.trim() !== '' && !line.startsWith('#'))?.trim() ?? lines[0]!;
  const shown = telling.length > COLUMNS_MAX ? `${telling.slice(0, COLUMNS_MAX - 1)}…` : telling;
  return lines.length > 1 ? `${shown} (${lines.length} lines)` : shown;
}
