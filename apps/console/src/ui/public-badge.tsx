import { Badge } from '@mantine/core';
import { type Command, CreatedBy } from '@muster/contract';

/** Whether a command comes with Muster: the same for every account, to be run and not to be changed. */
export function isPublic({ createdBy }: Command): boolean {
  return createdBy === CreatedBy.TAT;
}

/** Marks a public command; nothing for the account's own. */
export function PublicBadge({ command }: { command: Command }) {
  if (!isPublic(command)) return null;
  return (
    <Badge color="gray" variant="light" tt="none" radius="sm" style={{ flexShrink: 0 }}>
      Public<span className="wide-only"> library</span>
    </Badge>
  );
}
