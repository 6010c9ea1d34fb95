import { type NounEntry, noun, verb } from './catalog-entry.ts';

/** Everything that can be typed after `muster invoker`. */
export const INVOKER: NounEntry = noun('invoker', 'schedules that run stored commands', [
  verb('create', 'make a schedule', async () => (await import('./commands/invoker/create.ts')).invokerCreate),
  verb('list', 'list schedules', async () => (await import('./commands/invoker/list.ts')).invokerList),
  verb('show', 'show a schedule', async () => (await import('./commands/invoker/show.ts')).invokerShow),
  verb(
    'next',
    'list the next ten times it fires',
    async () => (await import('./commands/invoker/next.ts')).invokerNext,
  ),
  verb(
    'records',
    'list what became of its slots',
    async () => (await import('./commands/invoker/records.ts')).invokerRecords,
  ),
  verb('edit', 'change a schedule', async () => (await import('./commands/invoker/edit.ts')).invokerEdit),
  verb('enable', 'let schedules fire again', async () => (await import('./commands/invoker/switch.ts')).invokerEnable),
  verb(
    'disable',
    'stop schedules from firing',
    async () => (await import('./commands/invoker/switch.ts')).invokerDisable,
  ),
  verb(
    'delete',
    'delete schedules; their runs and records stay',
    async () => (await import('./commands/invoker/delete.ts')).invokerDelete,
  ),
  verb('tag', 'set tags on a schedule', async () => (await import('./commands/invoker/tag.ts')).invokerTag),
  verb('untag', 'take tags away', async () => (await import('./commands/invoker/tag.ts')).invokerUntag),
]);
