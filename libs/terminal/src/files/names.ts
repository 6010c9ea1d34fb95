/** The longest path that is copied, in bytes as the system counts them. */
export const MOST_PATH = 4_096;
/** The most names of one directory. */
export const MOST_NAMES = 1_000_000;

const ENCODER = new TextEncoder();

/** Whether this is a single name that leads nowhere else, whoever says it. */
export function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name) && ENCODER.encode(name).length <= 255;
}

/** Whether the system takes this as a path. */
export function isPath(path: string): boolean {
  return path !== '' && !path.includes('\0') && ENCODER.encode(path).length < MOST_PATH;
}

/** A name in a directory. */
export function inside(directory: string, name: string): string {
  return directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}

/** What a path ends with, without slashes behind it; `.`, `..` and the root have no name of their own, which is empty here. */
export function lastName(path: string): string {
  const name = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return name === '.' || name === '..' ? '' : name;
}

/** What is above a path. */
export function folderOf(path: string): string {
  const end = path.replace(/\/+$/, '').lastIndexOf('/');
  if (end < 0) return '.';
  return end === 0 ? '/' : path.slice(0, end);
}
