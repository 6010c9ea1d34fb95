import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Check, Copy, Terminal } from 'lucide-react';
import { useEffect, useState } from 'react';

/** Browsers offer their clipboard to secure origins alone; a console on plain HTTP in a private network copies the old way. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

function useCopy(text: string) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void copyText(text).then(() => setCopied(true));
  return { copied, copy };
}

export function CopyIcon({ text, label }: { text: string; label: string }) {
  const { copied, copy } = useCopy(text);
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={copy}>
        {copied ? <Check size={14} /> : <Copy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}

export function CopyCommandLine({ text }: { text: string }) {
  const { copied, copy } = useCopy(text);
  return (
    <Tooltip label="The line for a terminal that does the same">
      <Button
        variant="default"
        size="xs"
        leftSection={copied ? <Check size={15} /> : <Terminal size={15} />}
        onClick={copy}
      >
        {copied ? 'Copied' : 'Copy as CLI'}
      </Button>
    </Tooltip>
  );
}
