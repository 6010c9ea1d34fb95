import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file of mode 0600 so that after a crash of the machine it is there whole, or not at all. */
export async function writeDurably(file: string, data: string | Uint8Array): Promise<void> {
  await writeWhole(file, data);
  await syncFolder(dirname(file));
}

/** The same, but for the name: that is on disk once `syncFolder` was called. */
export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const half = `${file}.tmp`;
  await withFile(half, 'w', async (handle) => {
    await handle.writeFile(data);
    await handle.sync();
  });
  await rename(half, file);
}

/** Makes the names in a folder survive a crash. */
export async function syncFolder(folder: string): Promise<void> {
  await withFile(folder, 'r', (handle) => handle.sync());
}

async function withFile(file: string, flags: string, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
