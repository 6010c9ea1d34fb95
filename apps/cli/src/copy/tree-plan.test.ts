import { type Entry, type EntryKind, FileFault } from '@muster/terminal';
import { describe, expect, it } from 'vitest';
import { CopyJob } from './copy-job.ts';
import { planTree } from './tree-plan.ts';

function entry(name: string, kind: EntryKind, leadsTo: EntryKind = kind): Entry {
  const about = { mode: 0o644, modified: 0, uid: 0, gid: 0, owner: '', group: '' };
  return { ...about, name, kind, leadsTo, size: kind === 'file' ? 10 : 0, target: kind === 'link' ? 'x' : '' };
}

/** A file system of this: directories by their paths. */
const side = (folders: Record<string, Entry[]>, tops: Record<string, Entry>) => ({
  look: async (path: string) => tops[path] ?? entry('', 'missing'),
  list: async (path: string) => {
    const found = folders[path];
    if (!found) throw new FileFault('denied');
    return found;
  },
});

const tree = side(
  {
    dist: [entry('a', 'file'), entry('sub', 'directory'), entry('to-sub', 'link', 'directory'), entry('z', 'special')],
    'dist/.': [entry('a', 'file')],
    'dist/sub': [entry('b', 'file')],
  },
  { dist: entry('dist', 'directory'), 'dist/.': entry('', 'directory'), closed: entry('closed', 'directory') },
);
const to = (items: readonly { to: string; why?: FileFault }[]) => items.map((each) => [each.to, each.why?.code]);

describe('what is copied', () => {
  it('is everything below, each behind its directory, without going through links', async () => {
    const plan = await planTree(tree, ['dist'], { destination: '/srv', into: true });
    expect(to(plan.items)).toEqual([
      ['/srv/dist', undefined],
      ['/srv/dist/a', undefined],
      ['/srv/dist/sub', undefined],
      ['/srv/dist/sub/b', undefined],
      ['/srv/dist/to-sub', undefined],
      ['/srv/dist/z', 'special'],
    ]);
    expect(plan).toMatchObject({ files: 2, bytes: 20 });
  });

  it('takes the name of the destination, or goes into it without a name of its own', async () => {
    const renamed = await planTree(tree, ['dist'], { destination: '/srv/site', into: false });
    expect(renamed.items[1]?.to).toBe('/srv/site/a');
    const merged = await planTree(tree, ['dist/.'], { destination: '/srv', into: true });
    expect(to(merged.items)).toEqual([
      ['/srv', undefined],
      ['/srv/a', undefined],
    ]);
  });

  it('says what cannot be read, or is not there, and copies the rest', async () => {
    const plan = await planTree(tree, ['none', 'closed', 'dist'], { destination: '/srv', into: true });
    expect(to(plan.items).slice(0, 2)).toEqual([
      ['/srv/none', 'missing'],
      ['/srv/closed', 'denied'],
    ]);
    const told: string[] = [];
    const job = new CopyJob(plan, ({ item }) => told.push(item.to));
    expect(told).toEqual(['/srv/none', '/srv/closed', '/srv/dist/z']);
    expect(job.failed).toBe(3);
  });
});

describe('a job', () => {
  it('passes over what is in a directory that could not be made', async () => {
    const job = new CopyJob(await planTree(tree, ['dist'], { destination: '/srv', into: true }), () => undefined);
    const done: string[] = [];
    for (const item of job.rest()) {
      if (item.to === '/srv/dist/sub') job.finish({ item, fault: new FileFault('denied') });
      else job.finish({ item });
      done.push(item.to);
    }
    expect(done).toEqual(['/srv/dist', '/srv/dist/a', '/srv/dist/sub', '/srv/dist/to-sub']);
    expect([...job.rest()]).toEqual([]);
  });
});
