import { Button, Group, Modal, Select, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Command } from '@muster/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FileX, Pencil, Play, Trash2 } from 'lucide-react';
import { Link, useNavigate, useParams } from 'react-router';
import { commands } from '../api/clients.ts';
import { commandQuery, versionsQuery } from '../api/queries.ts';
import { CommandFacts } from '../run/command-facts.tsx';
import { CommandPreview } from '../run/command-preview.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { isPublic, PublicBadge } from '../ui/public-badge.tsx';
import { ScriptView } from '../ui/script-view.tsx';
import { instant, localTime } from '../ui/time.ts';
import { useAddress } from '../ui/use-address.ts';

/** One saved command: its script, its versions, a preview with parameters. */
export function CommandPage() {
  const { commandId = '' } = useParams();
  const { data: command, error, refetch } = useQuery(commandQuery(commandId));
  if (error) return <FailureAlert error={error} what="The command could not be read" onRetry={() => void refetch()} />;
  if (command === undefined) return <Skeleton height={420} />;
  if (!command) {
    return (
      <div className="card">
        <Empty icon={FileX} title={`There is no command ${commandId}`} />
      </div>
    );
  }
  return <Loaded command={command} />;
}

function Loaded({ command }: { command: Command }) {
  const { get, set } = useAddress();
  const [deleting, dialog] = useDisclosure();
  const { data: versions = [command] } = useQuery(versionsQuery(command.commandId));
  const version = Number(get('version')) || command.version;
  const shown = versions.find((each) => each.version === version) ?? command;
  return (
    <>
      <PageHeader
        title={command.commandName}
        badge={<PublicBadge command={command} />}
        hint={command.description || <span className="mono">{command.commandId}</span>}
      >
        {!isPublic(command) && (
          <>
            <Button variant="subtle" color="brick" leftSection={<Trash2 size={15} />} onClick={dialog.open}>
              Delete
            </Button>
            <Button
              component={Link}
              to={`/commands/${command.commandId}/edit`}
              variant="default"
              leftSection={<Pencil size={15} />}
            >
              Edit
            </Button>
          </>
        )}
        <Button component={Link} to={`/run?command=${command.commandId}`} leftSection={<Play size={15} />}>
          Run
        </Button>
      </PageHeader>
      <CommandFacts command={shown} />
      <Tabs
        value={get('tab') || 'script'}
        onChange={(tab) => set({ tab: tab === 'script' ? '' : (tab ?? '') })}
        mt="md"
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="script">Script</Tabs.Tab>
          {command.enableParameter && <Tabs.Tab value="preview">Preview</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="script">
          <Stack gap="sm">
            <Group justify="space-between">
              <Select
                size="xs"
                w={280}
                aria-label="Version"
                allowDeselect={false}
                value={String(shown.version)}
                data={versions.map((each) => ({ value: String(each.version), label: versionLabel(each, command) }))}
                onChange={(value) => set({ version: value === String(command.version) ? '' : (value ?? '') })}
              />
              {shown.version !== command.version && (
                <Text size="sm" c="dimmed">
                  Not the latest: a run takes version {command.version}.
                </Text>
              )}
            </Group>
            <ScriptView content={shown.content} label={`Script, version ${shown.version}`} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="preview">
          <CommandPreview command={command} />
        </Tabs.Panel>
      </Tabs>
      <DeleteDialog command={command} opened={deleting} onClose={dialog.close} />
    </>
  );
}

function versionLabel(each: Command, latest: Command): string {
  const at = instant(each.updatedTime);
  const when = at === undefined ? '' : ` · ${localTime(at)}`;
  return `Version ${each.version}${each.version === latest.version ? ', latest' : ''}${when}`;
}

function DeleteDialog({ command, opened, onClose }: { command: Command; opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => commands.deleteCommand({ commandId: command.commandId }),
    onSuccess: async () => {
      await navigate('/commands');
      queries.removeQueries({ queryKey: ['command', command.commandId] });
      await queries.invalidateQueries({ queryKey: ['commands'] });
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Delete ${command.commandName}?`} centered>
      <Stack>
        <Text size="sm">
          All {command.version === 1 ? 'of it' : `${command.version} versions`} will be gone. The history of its runs
          stays.
        </Text>
        {remove.error && <FailureAlert error={remove.error} what="It was not deleted" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="brick" loading={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
