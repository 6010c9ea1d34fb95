import {
  type Attributes,
  type FileHost,
  IncomingFile,
  makeFolder,
  makeLink,
  type PartialFiles,
  RESUMABLE_FROM,
  settleFolder,
} from '@muster/terminal';
import type { CopyJob, CopyWishes } from './copy-job.ts';
import type { FilesClient } from './files-client.ts';
import { Flights } from './flights.ts';
import type { PlannedItem } from './tree-plan.ts';

/** Gets what is left of a job from a machine. What the machine says of set-id bits is not believed. */
export async function getFiles(
  { host, client, job, partials }: { host: FileHost; client: FilesClient; job: CopyJob; partials: PartialFiles },
  { keepOwner }: CopyWishes,
): Promise<void> {
  const keeping = { owner: keepOwner, setId: false };
  const flights = new Flights();
  for (const item of job.rest()) {
    const { entry, to } = item;
    if (entry.kind === 'directory') {
      await job.attempt(item, async () => {
        const { made, unknownOwner } = await makeFolder(host, to, entry, { ...keeping, parents: false });
        if (made) job.made(item);
        job.ownerUnknown(unknownOwner);
        return undefined;
      });
    } else if (entry.kind === 'link') {
      await job.attempt(item, async () => {
        const { unknownOwner } = await makeLink(host, to, entry.target, { attributes: entry, keeping });
        job.ownerUnknown(unknownOwner);
        return undefined;
      });
    } else await flights.begin(() => job.attempt(item, () => one(item)));
  }
  await flights.landed();
  for (const item of job.toSettle) {
    await settleFolder(host, item.to, item.entry.mode & 0o1777, item.entry.modified);
    job.settled(item);
  }

  async function one({ entry, from, to }: PlannedItem) {
    const of = { path: to, size: entry.size, modified: entry.modified };
    // opened ahead only where there may be something to go on with
    let incoming = entry.size >= RESUMABLE_FROM ? await IncomingFile.open(host, partials, of) : undefined;
    let attributes: Attributes = entry;
    let counted = 0;
    let resumedFrom = 0;
    let sha256 = '';
    const count = (bytes: number) => {
      counted += bytes;
      job.bytes += bytes;
    };
    try {
      await client.get(
        from,
        { from: incoming?.length ?? 0, prefix: incoming?.prefix ?? '' },
        {
          async begin(begins, size, theirs) {
            attributes = theirs;
            incoming ??= await IncomingFile.open(host, partials, of);
            incoming.announce(size);
            if (begins === 0) await incoming.startAnew();
            resumedFrom = begins;
            count(begins);
          },
          async data(bytes) {
            await incoming!.write(bytes);
            count(bytes.length);
          },
          async end(said) {
            job.ownerUnknown(await incoming!.finish(said, attributes, keeping));
            incoming = undefined;
            sha256 = said;
          },
        },
      );
      return { sha256, ...(resumedFrom > 0 ? { resumedFrom } : {}) };
    } catch (error) {
      job.bytes -= counted;
      await (isFault(error) ? incoming?.discard() : incoming?.leave());
      throw error;
    }
  }
}

/** Something about the file, and not about the connection. */
function isFault(error: unknown): boolean {
  return error instanceof Error && error.name === 'FileFault';
}
