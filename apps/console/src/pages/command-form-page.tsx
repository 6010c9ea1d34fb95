import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from 'react-router';
import { commandQuery } from '../api/queries.ts';
import { CommandForm } from '../run/command-form.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { isPublic } from '../ui/public-badge.tsx';

/** A new command, or a new version of one. */
export function CommandFormPage() {
  const { commandId = '' } = useParams();
  const { data: command, error } = useQuery(commandQuery(commandId));
  // nothing leads here for a public command but an address that somebody typed
  if (command && isPublic(command)) return <Navigate to={`/commands/${commandId}`} replace />;
  const title = commandId === '' ? 'New command' : `Edit ${command?.commandName ?? commandId}`;
  return (
    <>
      <PageHeader
        title={title}
        hint={command && `Saving makes version ${command.version + 1}; runs keep the version they had.`}
      />
      {error ? (
        <FailureAlert error={error} what="The command could not be read" />
      ) : commandId !== '' && !command ? (
        <Skeleton height={420} />
      ) : (
        <CommandForm key={commandId} command={command ?? undefined} />
      )}
    </>
  );
}
