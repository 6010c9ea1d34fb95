import { Badge, Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { AgentStatus, type AutomationAgentInfo, type Session, SessionKind } from '@muster/contract';
import { SESSION_FEATURES } from '@muster/terminal';
import { useQuery } from '@tanstack/react-query';
import { Eye, Keyboard, SquareTerminal, Undo2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { identityQuery } from '../api/queries.ts';
import { sessionsQuery } from '../sessions/queries.ts';
import { sessionWord } from '../sessions/session-words.ts';
import { Ago } from '../ui/moment.tsx';
import { Presence } from '../ui/presence.tsx';
import { desk } from './desk.ts';
import classes from './start-panel.module.css';
import { nameOf } from './tree.ts';

const MOST_REASON = 256;
/** The user that was last used on a machine, for the next time. */
const USER_KEY = 'muster-terminal-user';

/** Everything that can be done with one machine: a new shell on it, and the ones that are open. */
export function StartPanel({ instance, onOpen }: { instance: AutomationAgentInfo; onOpen: () => void }) {
  const [username, setUsername] = useState(() => localStorage.getItem(USER_KEY) ?? 'root');
  const [reason, setReason] = useState('');
  const hindrance = hindranceOf(instance);
  const badUser = username !== '' && !/^[^\s:/]{1,256}$/.test(username);
  const name = nameOf(instance);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    localStorage.setItem(USER_KEY, username);
    const subject = { instanceId: instance.instanceId, instanceName: name, username: username || 'root' };
    desk.open(subject, { kind: 'open', instanceId: instance.instanceId, username, reason: reason.trim() });
    onOpen();
  };

  return (
    <div className={classes.panel}>
      <Stack gap="lg" w="100%" maw={520}>
        <div>
          <Group gap="sm" wrap="nowrap">
            <Title order={2} size="h4" className="ellipsis">
              {name}
            </Title>
            <Presence status={instance.agentStatus} />
          </Group>
          <Text size="sm" c="dimmed">
            <span className="mono">{instance.instanceId}</span>
            {instance.environment && ` · ${instance.environment}`}
            {instance.localIp && ` · ${instance.localIp}`}
          </Text>
          {instance.tags.length > 0 && (
            <Group gap={6} mt={8}>
              {instance.tags.map(({ key, value }) => (
                <Badge key={key} variant="default" tt="none" fw={500} radius="sm">
                  {value ? `${key}: ${value}` : key}
                </Badge>
              ))}
            </Group>
          )}
        </div>
        <form onSubmit={submit} aria-label={`Open a terminal on ${name}`} className="card" style={{ padding: 18 }}>
          <Stack gap="sm">
            <TextInput
              label="User of the operating system"
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value.trim())}
              placeholder="root"
              error={badUser && 'no user has such a name'}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              autoFocus
            />
            <Textarea
              label="Reason"
              description="Stands in the list of sessions and on record"
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value.slice(0, MOST_REASON))}
              maxLength={MOST_REASON}
              autosize
              minRows={1}
              maxRows={4}
              // a reason is one line; Enter is for the button
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
                event.preventDefault();
                event.currentTarget.form?.requestSubmit();
              }}
            />
            <Group justify="space-between" gap="sm">
              <Text size="xs" c={hindrance ? 'var(--mantine-color-amber-light-color)' : 'dimmed'} flex={1}>
                {hindrance || 'What is printed is recorded unless the account has it otherwise.'}
              </Text>
              <Button type="submit" leftSection={<SquareTerminal size={16} />} disabled={hindrance !== '' || badUser}>
                Open terminal
              </Button>
            </Group>
          </Stack>
        </form>
        <OpenSessions instance={instance} onOpen={onOpen} />
      </Stack>
    </div>
  );
}

/** Why no shell can be opened there; empty when one can. */
function hindranceOf({ agentStatus, supportFeatures }: AutomationAgentInfo): string {
  if (agentStatus !== AgentStatus.ONLINE) return 'The machine is offline: it cannot be reached now.';
  if (!supportFeatures.includes(SESSION_FEATURES.SHELL))
    return 'Its agent opens no terminals: it is too old, or they are turned off there.';
  return '';
}

/** Shells on this machine that somebody has open. */
function OpenSessions({ instance, onOpen }: { instance: AutomationAgentInfo; onOpen: () => void }) {
  const { data } = useQuery(sessionsQuery({ open: true, instanceId: instance.instanceId, page: 1 }));
  const shells = data?.items.filter(({ sessionKind }) => sessionKind === SessionKind.SHELL) ?? [];
  if (shells.length === 0) return null;
  return (
    <section aria-label="Open sessions on this instance">
      <Text size="sm" fw={600} mb={6}>
        Open now
      </Text>
      <div className="card">
        {shells.map((each) => (
          <OpenSession key={each.sessionId} session={each} instanceName={nameOf(instance)} onOpen={onOpen} />
        ))}
      </div>
    </section>
  );
}

function OpenSession({
  session,
  instanceName,
  onOpen,
}: {
  session: Session;
  instanceName: string;
  onOpen: () => void;
}) {
  const { data: me } = useQuery(identityQuery);
  const own = me?.userId === session.createUin;
  const { word } = sessionWord(session);
  const { instanceId, username, sessionId } = session;
  const go = (kind: 'resume' | 'watch' | 'drive') => () => {
    desk.open({ instanceId, instanceName, username }, { kind, sessionId });
    onOpen();
  };
  return (
    <div className={classes.session}>
      <div style={{ minWidth: 0, flex: '1 1 180px' }}>
        <Text size="sm" className="ellipsis">
          {username}{' '}
          <Text span c="dimmed" size="sm">
            {own ? '· yours' : `· by ${session.createUin}`}
          </Text>
        </Text>
        <Text size="xs" c="dimmed" className="ellipsis">
          {word} · <Ago time={session.createdTime} />
          {session.reason && ` · ${session.reason}`}
        </Text>
      </div>
      <Group gap={6} wrap="nowrap">
        <Button size="compact-sm" variant="default" leftSection={<Eye size={14} />} onClick={go('watch')}>
          Watch
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={own ? <Undo2 size={14} /> : <Keyboard size={14} />}
          onClick={go(own ? 'resume' : 'drive')}
        >
          {own ? 'Resume' : 'Take over'}
        </Button>
      </Group>
    </div>
  );
}
