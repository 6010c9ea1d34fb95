import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { Command } from '@muster/contract';
import { useQuery } from '@tanstack/react-query';
import { Play, Plus, SearchX, SquareTerminal } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { commandsQuery } from '../api/queries.ts';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { languageLabel } from '../ui/languages.ts';
import { Ago } from '../ui/moment.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { isPublic, PublicBadge } from '../ui/public-badge.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useAddress } from '../ui/use-address.ts';

/** The library of saved commands. */
export function CommandsPage() {
  const { data, error, refetch } = useQuery(commandsQuery);
  const { get, set } = useAddress();
  const filter = get('q');
  const all = data?.items ?? [];
  const shown = all.filter((command) => matches(command, filter));
  const publicCount = all.filter(isPublic).length;
  const saved = `${all.length - publicCount} saved`;
  return (
    <>
      <PageHeader title="Commands" hint={data && (publicCount > 0 ? `${saved}, ${publicCount} public` : saved)}>
        <Button component={Link} to="/commands/new" leftSection={<Plus size={16} />}>
          New command
        </Button>
      </PageHeader>
      <Stack gap="sm">
        {error && <FailureAlert error={error} what="The commands could not be read" onRetry={() => void refetch()} />}
        {all.length > 0 && (
          <SearchBox
            value={filter}
            onChange={(q) => set({ q })}
            placeholder="Filter by name, id, description"
            aria-label="Filter commands"
            style={{ maxWidth: 420 }}
          />
        )}
        {!data && !error && <Skeleton height={240} />}
        {data && (
          <div className="card">
            {shown.length > 0 ? (
              <CommandTable commands={shown} />
            ) : all.length > 0 ? (
              <Empty icon={SearchX} title="Nothing matches the filter" />
            ) : (
              <Empty icon={SquareTerminal} title="The library is empty">
                A saved command keeps its versions, takes parameters, and can be allowed to people one by one.
              </Empty>
            )}
          </div>
        )}
      </Stack>
    </>
  );
}

function matches(command: Command, filter: string): boolean {
  const { commandName, commandId, description } = command;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${commandName} ${commandId} ${description} ${isPublic(command) ? 'public' : ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function CommandTable({ commands }: { commands: readonly Command[] }) {
  return (
    <table className="list">
      <thead>
        <tr>
          <th className="main-column">Name</th>
          <th className="wide-only">Id</th>
          <th className="wide-only">Language</th>
          <th className="wide-only">Version</th>
          <th>Changed</th>
          <th aria-label="Actions" style={{ width: 90 }} />
        </tr>
      </thead>
      <tbody>
        {commands.map((command) => (
          <CommandRow key={command.commandId} command={command} />
        ))}
      </tbody>
    </table>
  );
}

function CommandRow({ command }: { command: Command }) {
  const navigate = useNavigate();
  const to = `/commands/${command.commandId}`;
  return (
    <tr className="link" onClick={() => void navigate(to)}>
      <td style={{ maxWidth: 0 }}>
        <Group gap="0 var(--mantine-spacing-xs)">
          <Link
            to={to}
            className="ellipsis"
            style={{ color: 'inherit', textDecoration: 'none', fontWeight: 550, maxWidth: '100%' }}
          >
            {command.commandName}
          </Link>
          <PublicBadge command={command} />
        </Group>
        {command.description && (
          <Text size="xs" c="dimmed" className="ellipsis">
            {command.description}
          </Text>
        )}
      </td>
      <td className="mono wide-only">{command.commandId}</td>
      <td className="wide-only">{languageLabel(command.commandType)}</td>
      <td className="nums wide-only">{command.version}</td>
      <td>
        <Text span size="sm" c="dimmed">
          <Ago time={command.updatedTime} />
        </Text>
      </td>
      <td>
        <Group justify="flex-end">
          <Button
            component={Link}
            to={`/run?command=${command.commandId}`}
            onClick={(event) => event.stopPropagation()}
            size="compact-sm"
            variant="light"
            leftSection={<Play size={13} />}
            aria-label={`Run ${command.commandName}`}
          >
            Run
          </Button>
        </Group>
      </td>
    </tr>
  );
}
