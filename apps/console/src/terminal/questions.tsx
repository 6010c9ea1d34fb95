import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { ClipboardCopy, ExternalLink } from 'lucide-react';
import { inert } from '../run/inert-text.ts';
import type { OutsideLink } from './outside-link.ts';
import type { Paste } from './paste-guard.ts';
import classes from './questions.module.css';
import type { Question, TerminalTab } from './terminal-tab.ts';

/** More than this of a text is not shown: nobody reads it, and a page cannot hold it. */
const MOST_SHOWN = 20_000;

/** What the terminal of this tab wants, and does only when the person says yes. */
export function Questions({ tab }: { tab: TerminalTab }) {
  const { question } = tab.view;
  const say = (yes: boolean) => () => tab.answer(yes);
  return (
    <Modal
      opened={question !== undefined}
      onClose={say(false)}
      title={question && TITLES[question.kind](tab)}
      centered
      size="lg"
      // the terminal takes the focus back itself
      returnFocus={false}
    >
      {question?.kind === 'paste' && <PasteQuestion paste={question.paste} say={say} />}
      {question?.kind === 'link' && <LinkQuestion link={question.link} say={say} />}
      {question?.kind === 'clipboard' && <ClipboardQuestion text={question.text} say={say} />}
    </Modal>
  );
}

/** The same question about a link, where there is nothing but to look. */
export function LinkDialog({ link, onClose }: { link: OutsideLink | undefined; onClose: () => void }) {
  return (
    <Modal opened={link !== undefined} onClose={onClose} title="Open this page?" centered size="lg">
      {link && <LinkQuestion link={link} say={() => onClose} />}
    </Modal>
  );
}

type Say = (yes: boolean) => () => void;

const TITLES: Record<Question['kind'], (tab: TerminalTab) => string> = {
  paste: ({ subject }) => `Paste into ${subject.username}@${subject.instanceName}?`,
  link: () => 'Open this page?',
  clipboard: ({ subject }) => `A program on ${subject.instanceName} wants to fill your clipboard`,
};

function PasteQuestion({ paste: { text, lines, runs, removed }, say }: { paste: Paste; say: Say }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        {runs &&
          (lines === 1
            ? 'It ends its line, so the shell may run it at once.'
            : `It has ${lines} lines, which the shell may run at once.`)}
        {removed.length > 0 && (
          <>
            {runs && ' '}
            Control characters were in it and are left out:{' '}
            <span className="mono">{removed.slice(0, 12).join(' ')}</span>.
          </>
        )}
      </Text>
      <Shown text={text} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={say(false)}>
          Cancel
        </Button>
        <Button onClick={say(true)} disabled={text === ''}>
          {lines === 1 ? 'Paste' : `Paste ${lines} lines`}
        </Button>
      </Group>
    </Stack>
  );
}

function LinkQuestion({ link: { href, host, warning }, say }: { link: OutsideLink; say: Say }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        A program printed this link. It leads to <b className="mono">{host}</b>:
      </Text>
      <Shown text={href} />
      {warning && (
        <Text size="sm" c="var(--mantine-color-amber-light-color)">
          {warning}
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={say(false)}>
          Cancel
        </Button>
        <Button
          component="a"
          href={href}
          target="_blank"
          rel="noopener noreferrer"
          leftSection={<ExternalLink size={15} />}
          onClick={say(true)}
        >
          Open in a new tab
        </Button>
      </Group>
    </Stack>
  );
}

function ClipboardQuestion({ text, say }: { text: string; say: Say }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        If you allow it, this tab may do so from now on, without asking again. It can never read your clipboard.
      </Text>
      <Shown text={text} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={say(false)}>
          Not in this tab
        </Button>
        <Button leftSection={<ClipboardCopy size={15} />} onClick={say(true)}>
          Allow
        </Button>
      </Group>
    </Stack>
  );
}

/** A text from elsewhere, as text and nothing else. */
function Shown({ text }: { text: string }) {
  const shown = text.slice(0, MOST_SHOWN).replaceAll(/\r\n?/g, '\n');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the text scrolls, and the keyboard has to reach it
    <pre className={`script ${classes.shown}`} tabIndex={0}>
      {shown.split('\n').map(inert).join('\n')}
      {text.length > MOST_SHOWN && `\n… and ${text.length - MOST_SHOWN} characters more`}
    </pre>
  );
}
