import { type Entry, FileFault, faultOf, inside, isPath, lastName } from '@muster/terminal';

/** Something to copy, and where to; `why` it is not copied, if it is not. */
export interface PlannedItem {
  readonly entry: Entry;
  readonly from: string;
  readonly to: string;
  readonly why?: FileFault;
}

/** Everything to copy: what stands above others comes before them. */
export interface TreePlan {
  readonly items: readonly PlannedItem[];
  readonly files: number;
  readonly bytes: number;
}

/** One side of a copy, to look at. */
export interface Looking {
  look(path: string): Promise<Entry>;
  list(path: string): Promise<Entry[]>;
}

/** The most that one copy takes along. */
export const MOST_ITEMS = 1_000_000;

/** Finds everything that the sources hold. `into`: the destination is a directory, and each source gets its own name in it. */
export async function planTree(
  side: Looking,
  sources: readonly string[],
  { destination, into }: { destination: string; into: boolean },
): Promise<TreePlan> {
  const items: PlannedItem[] = [];
  const open: PlannedItem[] = [];
  for (const from of sources) {
    const name = lastName(from);
    // what is in `dir/.` goes into the destination itself
    const to = into && name !== '' ? inside(destination, name) : destination;
    open.push(await first(side, from, to));
  }
  open.reverse();
  for (let item = open.pop(); item; item = open.pop()) {
    if (items.length >= MOST_ITEMS) throw new FileFault('too-many');
    const listed = await below(side, item);
    items.push(listed.item);
    open.push(...listed.children.toReversed());
  }
  const files = items.filter(({ entry, why }) => entry.kind === 'file' && !why);
  return { items, files: files.length, bytes: files.reduce((sum, { entry }) => sum + entry.size, 0) };
}

async function first(side: Looking, from: string, to: string): Promise<PlannedItem> {
  const entry = await side.look(from).catch(faultOf);
  if (entry instanceof FileFault) return { entry: nothingCalled(lastName(from)), from, to, why: entry };
  // a slash, or a dot, behind a link asks for what it leads to
  const through = entry.kind === 'link' && entry.leadsTo === 'directory' && /\/\.?$/.test(from);
  return judged({ entry: through ? { ...entry, kind: 'directory' } : entry, from, to });
}

function judged(item: PlannedItem): PlannedItem {
  const { kind } = item.entry;
  if (kind === 'missing' || kind === 'special' || kind === 'unnameable') return { ...item, why: new FileFault(kind) };
  return isPath(item.to) && isPath(item.from) ? item : { ...item, why: new FileFault('name') };
}

async function below(side: Looking, item: PlannedItem): Promise<{ item: PlannedItem; children: PlannedItem[] }> {
  if (item.entry.kind !== 'directory' || item.why) return { item, children: [] };
  const entries = await side.list(item.from).catch(faultOf);
  if (entries instanceof FileFault) return { item: { ...item, why: entries }, children: [] };
  const children = entries.map((entry) =>
    judged({ entry, from: inside(item.from, entry.name), to: inside(item.to, entry.name) }),
  );
  return { item, children };
}

function nothingCalled(name: string): Entry {
  const nobody = { mode: 0, modified: 0, uid: 0, gid: 0, owner: '', group: '' };
  return { ...nobody, name, kind: 'missing', leadsTo: 'missing', size: 0, target: '' };
}
