import { type NounEntry, noun, verb } from './catalog-entry.ts';

/** Everything that can be typed after `muster instance`. */
export const INSTANCE: NounEntry = noun('instance', 'machines and whether they can be reached', [
  verb(
    'list',
    'list instances with their presence',
    async () => (await import('./commands/instance/list.ts')).instanceList,
  ),
  verb(
    'rename',
    'give an instance another name',
    async () => (await import('./commands/instance/rename.ts')).instanceRename,
  ),
  verb(
    'delete',
    'delete instances; their credentials stop at once',
    async () => (await import('./commands/instance/delete.ts')).instanceDelete,
  ),
  verb('tag', 'set tags on instances', async () => (await import('./commands/instance/tag.ts')).instanceTag),
  verb('untag', 'take tags away', async () => (await import('./commands/instance/tag.ts')).instanceUntag),
]);

/** Everything that can be typed after `muster agent`. */
export const AGENT: NounEntry = noun('agent', 'the program on every machine', [
  verb(
    'install',
    'print the line that adds a machine',
    async () => (await import('./commands/agent/install.ts')).agentInstall,
  ),
  verb(
    'uninstall',
    'print the line that takes the agent off again',
    async () => (await import('./commands/agent/install.ts')).agentUninstall,
  ),
]);

/** Everything that can be typed after `muster register-code`. */
export const REGISTER_CODE: NounEntry = noun('register-code', 'what new machines register with', [
  verb(
    'create',
    'make a code; its value is shown once',
    async () => (await import('./commands/register-code/create.ts')).registerCodeCreate,
  ),
  verb(
    'list',
    'list codes without their values',
    async () => (await import('./commands/register-code/list.ts')).registerCodeList,
  ),
  verb(
    'disable',
    'switch codes off for good',
    async () => (await import('./commands/register-code/end.ts')).registerCodeDisable,
  ),
  verb(
    'delete',
    'delete codes; machines that registered stay',
    async () => (await import('./commands/register-code/end.ts')).registerCodeDelete,
  ),
  verb(
    'tag',
    'set tags that new machines begin with',
    async () => (await import('./commands/register-code/tag.ts')).registerCodeTag,
  ),
  verb('untag', 'take tags away', async () => (await import('./commands/register-code/tag.ts')).registerCodeUntag),
]);
