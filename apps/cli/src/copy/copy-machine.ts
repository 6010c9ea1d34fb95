import { setTimeout as sleep } from 'node:timers/promises';
import {
  BrokenStream,
  type Entry,
  entriesIn,
  entryAt,
  FileFault,
  type FileHost,
  lastName,
  makeFolder,
  PartialFiles,
} from '@muster/terminal';
import { backoff } from '../domain/backoff.ts';
import type { Target } from '../instances.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { SessionLost } from './byte-link.ts';
import { CopyJob, type CopyWishes, type ItemOutcome } from './copy-job.ts';
import type { FilesClient } from './files-client.ts';
import { withFiles } from './files-session.ts';
import { getFiles } from './get-files.ts';
import { hostHere } from './host-here.ts';
import { putFiles } from './put-files.ts';
import { type Looking, planTree, type TreePlan } from './tree-plan.ts';

/** Sessions that are lost one after the other without anything done between end a copy. */
const MOST_LOST = 5;

/** What is copied, as one machine sees it. */
export interface MachineCopy extends CopyWishes {
  readonly direction: 'put' | 'get';
  readonly sources: readonly string[];
  readonly destination: string;
  readonly username: string;
  readonly reason: string;
}

/** Who hears of a copy from or to one machine. */
export interface CopyEvents {
  planned(job: CopyJob): void;
  item(outcome: ItemOutcome): void;
  /** A session was lost; another one goes on. */
  again(why: string): void;
}

/**
 * Copies from or to one machine. A session that is lost is opened again, and the copy goes on where it was. Throws what speaks against all of it;
 * what speaks against single files is told.
 */
export async function copyMachine(
  session: Session,
  { target, signal, ...copy }: MachineCopy & { readonly target: Target; readonly signal: AbortSignal },
  events: CopyEvents,
): Promise<CopyJob> {
  const host = hostHere();
  const partials = new PartialFiles(host);
  const { username, reason } = copy;
  let job: CopyJob | undefined;
  for (let lost = 0; ; lost++) {
    const before = job?.bytes ?? 0;
    try {
      await withFiles(session, { instanceId: target.id, username, reason, signal }, async (client) => {
        if (!job) {
          const plan = await (copy.direction === 'put' ? planPut : planGet)({ host, client }, copy);
          job = new CopyJob(plan, events.item);
          events.planned(job);
        }
        if (copy.direction === 'put') await putFiles({ host, client, job }, copy);
        else await getFiles({ host, client, job, partials }, copy);
      });
      return job!;
    } catch (error) {
      if (error instanceof BrokenStream) throw new Stop(`the machine does not keep to the protocol (${error.message})`);
      // told as what became of that file
      if (error instanceof FileFault && error.code === 'full' && job) return job;
      if (!(error instanceof SessionLost) || !error.mayReopen || signal.aborted) throw error;
      if (job && job.bytes > before) lost = 0;
      if (lost >= MOST_LOST) throw error;
      events.again(error.message);
      await sleep(backoff(lost + 1, Math.random()), undefined, { signal });
    }
  }
}

interface Ends {
  readonly host: FileHost;
  readonly client: FilesClient;
}

async function planPut({ host, client }: Ends, { sources, destination }: MachineCopy): Promise<TreePlan> {
  const there = await client.look(destination).catch((error) => refused(destination, error));
  const into = await isInto(there, { sources, destination }, async () => {
    await client.folder({ path: destination, ...NEW_FOLDER, keepOwner: false, parents: true });
  });
  return planTree(sideHere(host), sources, { destination, into });
}

async function planGet({ host, client }: Ends, { sources, destination }: MachineCopy): Promise<TreePlan> {
  const here = await entryAt(host, destination, lastName(destination)).catch((error) => refused(destination, error));
  const into = await isInto(here, { sources, destination }, async () => {
    await makeFolder(host, destination, NEW_FOLDER, { owner: false, setId: false, parents: true });
  });
  return planTree(client, sources, { destination, into });
}

const NEW_FOLDER = { mode: 0o755, modified: 0, uid: 0, gid: 0, owner: '', group: '' };

/** Whether sources get their names in the destination; one that is said to be a directory, and is not there, is made. */
async function isInto(
  { leadsTo }: Entry,
  { sources, destination }: Pick<MachineCopy, 'sources' | 'destination'>,
  make: () => Promise<void>,
): Promise<boolean> {
  if (leadsTo === 'directory') return true;
  if (sources.length === 1 && !destination.endsWith('/')) return false;
  if (leadsTo !== 'missing') throw new Stop(`the destination \`${destination}\` is no directory`);
  await make().catch((error) => refused(destination, error));
  return true;
}

function refused(path: string, error: unknown): never {
  if (error instanceof FileFault) throw new Stop(`${path}: ${error.message}`);
  throw error;
}

function sideHere(host: FileHost): Looking {
  return { look: (path) => entryAt(host, path, lastName(path)), list: (path) => entriesIn(host, path) };
}
