import { type Entry, type FileHost, OutgoingFile, RESUMABLE_FROM } from '@muster/terminal';
import type { CopyJob, CopyWishes } from './copy-job.ts';
import type { FilesClient } from './files-client.ts';
import { Flights } from './flights.ts';
import type { PlannedItem } from './tree-plan.ts';

/** Puts what is left of a job onto a machine. */
export async function putFiles(
  { host, client, job }: { host: FileHost; client: FilesClient; job: CopyJob },
  { keepOwner }: CopyWishes,
): Promise<void> {
  const flights = new Flights();
  for (const item of job.rest()) {
    if (item.entry.kind === 'directory') {
      await job.attempt(item, async () => {
        const asked = { path: item.to, ...attributes(item.entry), keepOwner, parents: false };
        const { made, unknownOwner } = await client.folder(asked);
        if (made) job.made(item);
        job.ownerUnknown(unknownOwner);
        return undefined;
      });
    } else await flights.begin(() => job.attempt(item, () => one(item)));
  }
  await flights.landed();
  for (const item of job.toSettle) {
    const { mode, modified } = item.entry;
    await client.settle({ path: item.to, mode, modified });
    job.settled(item);
  }

  async function one(item: PlannedItem) {
    if (item.entry.kind === 'link') {
      const { target } = item.entry;
      const { unknownOwner } = await client.link({ path: item.to, target, ...attributes(item.entry), keepOwner });
      job.ownerUnknown(unknownOwner);
      return undefined;
    }
    await using file = await OutgoingFile.open(host, item.from);
    const resumable = file.size >= RESUMABLE_FROM;
    const request = { path: item.to, size: file.size, ...file.attributes, keepOwner, resumable };
    let sent = 0;
    let resumedFrom = 0;
    const counted = {
      hashUpTo: async (length: number) => {
        resumedFrom = length;
        return file.hashUpTo(length);
      },
      startAnew: () => {
        resumedFrom = 0;
        file.startAnew();
      },
      bytes: () => file.bytes(),
      end: () => file.end(),
    };
    try {
      const { sha256, unknownOwner } = await client.put(request, counted, (bytes) => {
        sent += bytes;
        job.bytes += bytes;
      });
      job.ownerUnknown(unknownOwner);
      return { sha256, ...(resumedFrom > 0 ? { resumedFrom } : {}) };
    } catch (error) {
      job.bytes -= sent;
      throw error;
    }
  }
}

function attributes({ mode, modified, uid, gid, owner, group }: Entry) {
  return { mode, modified, uid, gid, owner, group };
}
