import { type NounEntry, noun, verb } from './catalog-entry.ts';

/** Everything that can be typed after `muster session`. */
export const SESSION: NounEntry = noun('session', 'shells on machines, and their recordings', [
  verb('list', 'list open sessions', async () => (await import('./commands/session/list.ts')).sessionList),
  verb('watch', 'see what somebody does', async () => (await import('./commands/session/attend.ts')).sessionWatch),
  verb('join', 'take a session over', async () => (await import('./commands/session/attend.ts')).sessionJoin),
  verb('kill', 'end sessions', async () => (await import('./commands/session/kill.ts')).sessionKill),
  verb(
    'recordings',
    'list recordings',
    async () => (await import('./commands/session/recordings.ts')).sessionRecordings,
  ),
  verb('replay', 'play a recording', async () => (await import('./commands/session/replay.ts')).sessionReplay),
  verb('search', 'find a text in recordings', async () => (await import('./commands/session/search.ts')).sessionSearch),
  verb(
    'export',
    'write a recording to files',
    async () => (await import('./commands/session/export.ts')).sessionExport,
  ),
  verb(
    'verify',
    'check an exported recording, without the gateway',
    async () => (await import('./commands/session/verify.ts')).sessionVerify,
  ),
  verb(
    'settings',
    'how sessions are recorded and limited',
    async () => (await import('./commands/session/settings.ts')).sessionSettings,
  ),
]);
