import { fileURLToPath } from 'node:url';

/** The file of a program that the agent starts beside itself: a source file of this folder, or what `build.ts` made of it beside the bundle. */
export function programFile(name: 'terminal-host' | 'files-server'): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'cjs';
  return fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
}
