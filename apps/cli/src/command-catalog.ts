import { type NounEntry, noun, verb } from './catalog-entry.ts';

/** Everything that can be typed after `muster command`. */
export const COMMAND: NounEntry = noun('command', 'stored commands', [
  verb('list', 'list stored commands', async () => (await import('./commands/command/list.ts')).commandList),
  verb(
    'create',
    'save a script as a command',
    async () => (await import('./commands/command/create.ts')).commandCreate,
  ),
  verb('show', 'show a command with its script', async () => (await import('./commands/command/show.ts')).commandShow),
  verb(
    'edit',
    'save a changed command as a new version',
    async () => (await import('./commands/command/edit.ts')).commandEdit,
  ),
  verb(
    'delete',
    'delete commands; the history of their runs stays',
    async () => (await import('./commands/command/delete.ts')).commandDelete,
  ),
  verb(
    'preview',
    'show a script with its parameters in place',
    async () => (await import('./commands/command/preview.ts')).commandPreview,
  ),
  verb(
    'versions',
    'list the versions of a command',
    async () => (await import('./commands/command/versions.ts')).commandVersions,
  ),
  verb(
    'diff',
    'show what changed between versions',
    async () => (await import('./commands/command/diff.ts')).commandDiff,
  ),
  verb(
    'restore',
    'make an earlier version the latest again',
    async () => (await import('./commands/command/restore.ts')).commandRestore,
  ),
  verb('tag', 'set tags on a command', async () => (await import('./commands/command/tag.ts')).commandTag),
  verb('untag', 'take tags away', async () => (await import('./commands/command/tag.ts')).commandUntag),
]);

/** Everything that can be typed after `muster library`. */
export const LIBRARY: NounEntry = noun('library', 'commands that come with Muster, and commands as files', [
  verb('list', 'list public commands by scene', async () => (await import('./commands/library/list.ts')).libraryList),
  verb(
    'export',
    'write your commands as plain files',
    async () => (await import('./commands/library/export.ts')).libraryExport,
  ),
  verb(
    'import',
    'make your commands say what files say',
    async () => (await import('./commands/library/import.ts')).libraryImport,
  ),
]);

/** Everything that can be typed after `muster scene`. */
export const SCENE: NounEntry = noun('scene', 'what public commands are grouped by', [
  verb('list', 'list scenes', async () => (await import('./commands/scene/list.ts')).sceneList),
]);
