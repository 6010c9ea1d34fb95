import type { Accounts } from './accounts.ts';

/** SHA-256, as `node:crypto` has it. */
export interface RunningHash {
  update(bytes: Uint8Array): unknown;
  copy(): RunningHash;
  digest(encoding: 'hex'): string;
}

/** What is known of something in the file system. */
export interface FileStats {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
}

/** An open file. Times are seconds since 1970. */
export interface OpenFile {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  write(from: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  stat(): Promise<FileStats>;
  truncate(length: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  utimes(accessed: number, modified: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** The part of `node:fs/promises` that files are copied with: who has a file system brings it. */
export interface Disk {
  open(path: string, flags: number, mode?: number): Promise<OpenFile>;
  stat(path: string): Promise<FileStats>;
  lstat(path: string): Promise<FileStats>;
  readdir(path: string): Promise<string[]>;
  readlink(path: string): Promise<string>;
  symlink(target: string, path: string): Promise<void>;
  mkdir(path: string, options: { readonly mode: number }): Promise<unknown>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  utimes(path: string, accessed: number, modified: number): Promise<void>;
  lutimes(path: string, accessed: number, modified: number): Promise<void>;
  lchown(path: string, uid: number, gid: number): Promise<void>;
}

/** One end of a copy: its disk, and who it is there. */
export interface FileHost {
  readonly disk: Disk;
  /** Flags of `open`, all of them without following a link: to read without waiting for a pipe's other end, to make anew, to go on. */
  readonly flags: { readonly read: number; readonly make: number; readonly goOn: number };
  readonly accounts: Accounts;
  /** The user that everything is done as; 0 may give files to others. */
  readonly uid: number;
  /** This process: partial files are named after it. */
  readonly pid: number;
  sha256(): RunningHash;
  isAlive(pid: number): boolean;
}
