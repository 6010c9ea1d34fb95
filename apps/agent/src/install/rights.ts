/** Only Linux is installed to, and only root may change the machine itself; below a prefix the file system decides. Throws an Error for people. */
export function requireRights(prefix: string): void {
  if (process.platform !== 'linux') throw new Error('this is for Linux; elsewhere use `register` and `run`');
  if (prefix !== '/' || process.getuid?.() === 0) return;
  throw new Error('this needs root: use sudo (or --prefix DIR to install below a folder of yours)');
}
