import {
  EndReason,
  EndReasonSchema,
  type Recording,
  RecordingSchema,
  RecordingState,
  SessionKind,
  SessionSchema,
  SessionState,
  SessionStateSchema,
  type Session as ShellSession,
} from '@muster/contract';
import { isId } from '@muster/kernel';
import type { App } from './app.ts';
import { formatClock } from './domain/duration.ts';
import { refusalIn } from './failure.ts';
import type { Listing } from './output/list.ts';
import { ago, until } from './output/time.ts';
import { chunks } from './pages.ts';
import type { Session } from './session.ts';
import { nothingMatched, Stop } from './stop.ts';
import { tatName } from './tat-name.ts';

/** The states in which somebody may be in a session: as many as one filter holds. */
export const OPEN_STATES = [
  SessionState.STARTING,
  SessionState.CONNECTED,
  SessionState.DETACHED,
  SessionState.SILENT,
  SessionState.ENDING,
].map((state) => tatName(SessionStateSchema, state));

/** How sessions are listed; `nameOf` knows machines by their ids. */
export function sessionListing(
  now: number,
  nameOf: (instanceId: string) => string,
): Omit<Listing<typeof SessionSchema>, 'items'> {
  return {
    schema: SessionSchema,
    names: { list: 'SessionSet', total: 'TotalCount' },
    none: 'no such sessions; open one with: muster ssh INSTANCE',
    columns: [
      { heading: 'SESSION', cell: ({ sessionId }) => sessionId },
      { heading: 'INSTANCE', cell: ({ instanceId }) => nameOf(instanceId), flexible: true },
      { heading: 'USER', cell: ({ username }) => username },
      { heading: 'KIND', cell: kindOf },
      {
        heading: 'STATE',
        cell: stateOf,
        color: ({ sessionState }, colors) => (sessionState === SessionState.CONNECTED ? colors.green : colors.yellow),
      },
      { heading: 'BY', cell: ({ createUin }) => createUin, color: (_, colors) => colors.dim },
      { heading: 'OPENED', cell: ({ createdTime }) => ago(createdTime, now) },
      { heading: 'ACTIVE', cell: ({ activeTime }) => ago(activeTime, now) },
      { heading: 'WATCHED BY', cell: ({ watcherUins }) => watcherUins.join(', ') },
      { heading: 'REASON', cell: ({ reason }) => reason, flexible: true },
    ],
  };
}

/** How recordings are listed. */
export function recordingListing(
  now: number,
  nameOf: (instanceId: string) => string,
): Omit<Listing<typeof RecordingSchema>, 'items'> {
  return {
    schema: RecordingSchema,
    names: { list: 'RecordingSet', total: 'TotalCount' },
    none: 'no recordings to show',
    columns: [
      { heading: 'SESSION', cell: ({ sessionId }) => sessionId },
      { heading: 'INSTANCE', cell: ({ instanceId }) => nameOf(instanceId), flexible: true },
      { heading: 'USER', cell: ({ username }) => username },
      { heading: 'BY', cell: ({ createUin }) => createUin, color: (_, colors) => colors.dim },
      { heading: 'BEGAN', cell: ({ startTime }) => ago(startTime, now) },
      { heading: 'LENGTH', cell: lengthOf },
      { heading: 'INPUT', cell: ({ withInput }) => (withInput ? 'yes' : 'no') },
      { heading: 'KEPT UNTIL', cell: ({ expireTime }) => until(expireTime, now) },
    ],
  };
}

/** Names of machines by their ids, for people; the id itself of those that cannot be seen. */
export async function instanceNames(
  app: Pick<App, 'connect' | 'json'>,
  on: readonly { readonly instanceId: string }[],
): Promise<(instanceId: string) => string> {
  const names = new Map<string, string>();
  if (app.json) return String;
  const { instances } = await app.connect();
  for (const instanceIds of chunks([...new Set(on.map(({ instanceId }) => instanceId))])) {
    try {
      const { automationAgentSet } = await instances.describeAutomationAgentStatus({
        instanceIds,
        limit: instanceIds.length,
      });
      for (const { instanceId, instanceName } of automationAgentSet) names.set(instanceId, instanceName);
    } catch (error) {
      // a list of sessions is no place to be refused the list of machines
      if (!refusalIn(error)) throw error;
    }
  }
  return (instanceId) => names.get(instanceId) || instanceId;
}

/** The id that `<id|last>` means; `last` is the newest open session that the caller may see. */
export async function findSessionId(session: Session, text: string): Promise<string> {
  if (text !== 'last') return sessionIdOf(text);
  const open = { name: 'session-state', values: OPEN_STATES };
  const { sessionSet } = await session.shells.describeSessions({ filters: [open], limit: 1 });
  const [newest] = sessionSet;
  if (!newest) throw nothingMatched('there is no open session that you may see', '`muster session list` shows them');
  return newest.sessionId;
}

/** The same for what was recorded: `last` is the newest recording. */
export async function findRecordingId(session: Session, text: string): Promise<string> {
  if (text !== 'last') return sessionIdOf(text);
  const { recordingSet } = await session.shells.describeRecordings({ limit: 1 });
  const [newest] = recordingSet;
  if (!newest) throw nothingMatched('there is no recording that you may see', '`muster session recordings` shows them');
  return newest.sessionId;
}

function sessionIdOf(text: string): string {
  if (isId(text, 'ses')) return text;
  throw new Stop(`\`${text}\` is neither the id of a session (ses-…) nor \`last\``, {
    hint: '`muster session list` and `muster session recordings` show them',
  });
}

function kindOf({ sessionKind, forwardTo }: ShellSession): string {
  if (sessionKind === SessionKind.FORWARD) return `forward ${forwardTo}`;
  return sessionKind === SessionKind.FILES ? 'files' : 'shell';
}

function stateOf({ sessionState, endReason, exitCode }: ShellSession): string {
  const state = tatName(SessionStateSchema, sessionState);
  if (sessionState !== SessionState.ENDED) return state;
  const code = endReason === EndReason.EXITED && exitCode !== undefined ? ` ${exitCode}` : '';
  return `${state}: ${tatName(EndReasonSchema, endReason)}${code}`;
}

function lengthOf({ durationMs, recordingState }: Recording): string {
  return `${formatClock(Number(durationMs))}${recordingState === RecordingState.OPEN ? ' so far' : ''}`;
}
