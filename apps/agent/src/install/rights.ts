/** Only root may change the machine itself; below a prefix the file system decides. Throws an Error for people. */
export function requireRights(prefix: string): void {
  if (prefix !== '/' || process.getuid?.() === 0) return;
  throw new Error('this needs root: use sudo (or --prefix DIR to install below a folder of yours)');
}
