import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { illegalSteps, recordStates, type StatefulTable } from '../src/state-history.ts';
import { tempDirectory } from '../src/temp-directory.ts';

const DOOR: StatefulTable = {
  table: 'door',
  id: 'name',
  state: 'state',
  first: 'shut',
  steps: { shut: ['open', 'locked'], open: ['shut'], locked: ['shut'] },
};

let folder: ReturnType<typeof tempDirectory>;
let file: string;

beforeAll(() => {
  folder = tempDirectory('muster-history-');
  file = join(folder.path, 'doors.db');
  using store = new DatabaseSync(file);
  store.exec('create table door (name text primary key, state text, paint text)');
  recordStates(file, [DOOR]);
});
afterAll(() => folder[Symbol.dispose]());

function write(...statements: string[]): void {
  using store = new DatabaseSync(file);
  for (const statement of statements) store.exec(statement);
}

it('is content with every step that may be, and with changes of anything else', () => {
  write(
    "insert into door values ('front', 'shut', 'red')",
    "update door set state = 'open'",
    "update door set state = 'open', paint = 'blue'",
    "update door set state = 'shut'",
    "update door set state = 'locked'",
  );
  expect(illegalSteps(file, [DOOR])).toEqual([]);
});

it('names a step that may not be, also when what it led to is over, and a wrong beginning', () => {
  write(
    "update door set state = 'open'",
    "update door set state = 'shut'",
    "insert into door values ('back', 'open', 'red')",
    "update door set state = 'ajar' where name = 'back'",
  );
  expect(illegalSteps(file, [DOOR])).toEqual([
    'door front went from locked to open',
    'door back went from nothing to open',
    'door back went from open to ajar',
  ]);
});
