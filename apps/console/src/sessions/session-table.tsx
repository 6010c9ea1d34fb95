import { Badge, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { type Session, SessionKind, SessionState } from '@muster/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Clapperboard, Eye, Keyboard, Square, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { identityQuery } from '../api/queries.ts';
import type { TerminalErrand } from '../terminal/terminal-page.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { Ago } from '../ui/moment.tsx';
import { duration, instant } from '../ui/time.ts';
import { sessions as api } from './client.ts';
import { sessionWord } from './session-words.ts';
import type { InstanceNames } from './use-instance-names.ts';

const KINDS: Readonly<Record<SessionKind, string>> = {
  [SessionKind.UNSPECIFIED]: '',
  [SessionKind.SHELL]: '',
  [SessionKind.FILES]: 'files',
  [SessionKind.FORWARD]: 'port',
};

/** Sessions as rows, with what can be done about each. */
export function SessionTable({
  sessions,
  open,
  names,
}: {
  sessions: readonly Session[];
  /** Whether these are the ones that are not over. */
  open: boolean;
  names: InstanceNames;
}) {
  const [ending, setEnding] = useState<Session>();
  const [taking, setTaking] = useState<Session>();
  return (
    <>
      <table className="list">
        <thead>
          <tr>
            <th style={{ width: 180 }} className="wide-only">
              State
            </th>
            <th className="main-column">Session</th>
            <th className="wide-only">By</th>
            {open && <th className="wide-only">Watching</th>}
            <th className="wide-only" style={{ textAlign: 'right' }}>
              Opened
            </th>
            <th style={{ textAlign: 'right' }} aria-label="What can be done" />
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <SessionRow
              key={session.sessionId}
              session={session}
              name={names(session.instanceId)}
              onEnd={setEnding}
              onTake={setTaking}
            />
          ))}
        </tbody>
      </table>
      <EndQuestion session={ending} names={names} onClose={() => setEnding(undefined)} />
      <TakeQuestion session={taking} names={names} onClose={() => setTaking(undefined)} />
    </>
  );
}

interface RowProps {
  readonly session: Session;
  readonly name: string;
  readonly onEnd: (session: Session) => void;
  readonly onTake: (session: Session) => void;
}

function SessionRow({ session, name, onEnd, onTake }: RowProps) {
  const { sessionId, username, createUin, reason, watcherUins, createdTime, sessionKind, sessionState } = session;
  const kind = KINDS[sessionKind];
  const { word, color } = sessionWord(session);
  return (
    <tr>
      <td className="wide-only">
        <StateBadge word={word} color={color} />
      </td>
      <td style={{ maxWidth: 0 }}>
        <div className="ellipsis">
          <Text span size="sm" fw={550}>
            {username}@{name}
          </Text>
          {kind && (
            <Text span size="xs" c="dimmed">
              {' '}
              {kind} {session.forwardTo}
            </Text>
          )}
        </div>
        <Text size="xs" c="dimmed" className="ellipsis" title={session.errorInfo || undefined}>
          <span className="mono">{sessionId}</span>
          {reason && ` · ${reason}`}
          {session.errorInfo && ` · ${session.errorInfo}`}
          <span className="narrow-only">
            {' '}
            · {word} · <Ago time={createdTime} />
          </span>
        </Text>
      </td>
      <td className="wide-only nums">{createUin}</td>
      {sessionState !== SessionState.ENDED && (
        <td className="wide-only nums" title={watcherUins.join(', ')}>
          {watcherUins.length > 0 ? watcherUins.length : '–'}
        </td>
      )}
      <td className="wide-only" style={{ textAlign: 'right' }}>
        <Text span size="sm" c="dimmed">
          {sessionState === SessionState.ENDED ? <Lasted session={session} /> : null}
          <Ago time={createdTime} />
        </Text>
      </td>
      <td>
        <Actions session={session} name={name} onEnd={onEnd} onTake={onTake} />
      </td>
    </tr>
  );
}

function Lasted({ session: { startTime, endTime } }: { session: Session }) {
  const start = instant(startTime);
  const end = instant(endTime);
  if (start === undefined || end === undefined) return null;
  return <span className="nums">{duration(end - start)} · </span>;
}

function StateBadge({ word, color }: { word: string; color: string }) {
  return (
    <Badge variant="light" color={color} tt="none" fw={550} radius="sm" style={{ flexShrink: 0 }}>
      {word}
    </Badge>
  );
}

function Actions({ session, name, onEnd, onTake }: RowProps) {
  const navigate = useNavigate();
  const { data: me } = useQuery(identityQuery);
  const own = me?.userId === session.createUin;
  const go = (kind: 'watch' | 'resume') => () =>
    void navigate('/terminal', { state: { errand: errandOf(session, name, kind) } });
  if (session.sessionState === SessionState.ENDED) {
    if (session.sessionKind !== SessionKind.SHELL || session.startTime === undefined) return null;
    return (
      <Group gap={6} justify="flex-end" wrap="nowrap">
        <Button
          component={Link}
          to={`/recordings/${session.sessionId}`}
          size="compact-sm"
          variant="default"
          leftSection={<Clapperboard size={14} />}
        >
          Recording
        </Button>
      </Group>
    );
  }
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {session.sessionKind === SessionKind.SHELL && (
        <>
          <Act label="Watch" icon={Eye} onClick={go('watch')} />
          {own ? (
            <Act label="Resume" icon={Undo2} onClick={go('resume')} />
          ) : (
            <Act label="Take over" icon={Keyboard} onClick={() => onTake(session)} />
          )}
        </>
      )}
      <Act label="End" icon={Square} onClick={() => onEnd(session)} danger />
    </Group>
  );
}

/** A button that is only its icon on a narrow screen. */
function Act({
  label,
  icon: Icon,
  onClick,
  danger = false,
}: {
  label: string;
  icon: typeof Eye;
  onClick: () => void;
  danger?: boolean;
}) {
  return (
    <Button
      size="compact-sm"
      variant={danger ? 'subtle' : 'default'}
      {...(danger && { color: 'brick' })}
      aria-label={label}
      onClick={onClick}
    >
      <Icon size={14} aria-hidden />
      <span className="wide-only" style={{ marginInlineStart: 6 }}>
        {label}
      </span>
    </Button>
  );
}

function errandOf(
  { instanceId, username, sessionId }: Session,
  instanceName: string,
  kind: 'watch' | 'resume' | 'drive',
): TerminalErrand {
  return { subject: { instanceId, instanceName, username }, way: { kind, sessionId } };
}

interface QuestionProps {
  readonly session: Session | undefined;
  readonly names: InstanceNames;
  readonly onClose: () => void;
}

function TakeQuestion({ session, names, onClose }: QuestionProps) {
  const navigate = useNavigate();
  if (!session) return null;
  const name = names(session.instanceId);
  return (
    <Modal opened onClose={onClose} title={`Take over ${session.username}@${name}?`} centered size="sm">
      <Text size="sm" c="dimmed">
        {session.createUin} watches from then on, and is told so. What you type is on record under your name.
      </Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button
          leftSection={<Keyboard size={15} />}
          onClick={() => void navigate('/terminal', { state: { errand: errandOf(session, name, 'drive') } })}
        >
          Take over
        </Button>
      </Group>
    </Modal>
  );
}

function EndQuestion({ session, names, onClose }: QuestionProps) {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: (sessionId: string) => api.closeSession({ sessionIds: [sessionId], reason: reason.trim() }),
    onSuccess: async () => {
      onClose();
      setReason('');
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  if (!session) return null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={`End the session of ${session.username}@${names(session.instanceId)}?`}
      centered
      size="sm"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          end.mutate(session.sessionId);
        }}
      >
        <Text size="sm" c="dimmed" mb="sm">
          Everything that runs in it ends with it.
        </Text>
        {end.error && <FailureAlert error={end.error} what="The session was not ended" />}
        <TextInput
          label="Reason"
          description="On record"
          value={reason}
          maxLength={256}
          data-autofocus
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="brick" loading={end.isPending}>
            End the session
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
