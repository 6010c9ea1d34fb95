import { createRequire } from 'node:module';

/** What the prebuilt addon of node-pty does that Node.js cannot: everything else about terminals is done here. */
export interface NativePty {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
  resize(master: number, columns: number, rows: number): void;
}

/** The addon, loaded when the first terminal is opened; undefined on platforms that it was not built for. */
export function nativePty(): NativePty | undefined {
  const platform = `${process.platform}-${process.arch}`;
  // a bundle has it beside itself
  const isSource = import.meta.url.endsWith('.ts');
  const file = isSource ? `@lydell/node-pty-${platform}/pty.node` : `./pty-${platform}.node`;
  try {
    return createRequire(import.meta.url)(file) as NativePty;
  } catch {
    return undefined;
  }
}
