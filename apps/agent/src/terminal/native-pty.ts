import { createRequire } from 'node:module';

/** What the prebuilt addon of node-pty does that Node.js cannot: everything else about terminals is done here. */
export interface NativePty {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
  resize(master: number, columns: number, rows: number): void;
}

/** The addon, loaded when the first terminal is opened; undefined on platforms that it was not built for. */
export function nativePty(): NativePty | undefined {
  try {
    return createRequire(import.meta.url)(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
  } catch {
    return undefined;
  }
}
