import { ActionIcon, Text, TextInput, Tooltip } from '@mantine/core';
import type { SearchAddon } from '@xterm/addon-search';
import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import classes from './find-bar.module.css';

const MARKS = {
  matchBackground: '#f2d08a',
  matchOverviewRuler: '#dd9a2b',
  activeMatchBackground: '#dd9a2b',
  activeMatchColorOverviewRuler: '#a0660f',
};

/** Looks for a text in everything that a terminal still has. */
export function FindBar({ search, onClose }: { search: SearchAddon; onClose: () => void }) {
  const [text, setText] = useState('');
  const [caseSensitive, setCaseSensitive] = useState(false);
  const [regex, setRegex] = useState(false);
  const [found, setFound] = useState<{ at: number; of: number } | undefined>(undefined);
  const badRegex = regex && !isRegex(text);

  useEffect(() => {
    const listening = search.onDidChangeResults(({ resultIndex, resultCount }) =>
      setFound({ at: resultIndex + 1, of: resultCount }),
    );
    return () => listening.dispose();
  }, [search]);

  const look = (way: 'next' | 'previous', incremental = false) => {
    const options = { caseSensitive, regex, decorations: MARKS, incremental };
    if (way === 'next') search.findNext(text, options);
    else search.findPrevious(text, options);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again exactly when what is looked for changes
  useEffect(() => {
    // the add-on forgets what it found only so; it takes no notice of another choice for the same text
    search.clearDecorations();
    if (text !== '' && !badRegex) look('next', true);
    if (text === '') setFound(undefined);
  }, [text, caseSensitive, regex]);

  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && text !== '' && !badRegex) look(event.shiftKey ? 'previous' : 'next');
    else return;
    event.preventDefault();
  };
  const count =
    found === undefined ? '' : found.of === 0 ? 'none' : found.at > 0 ? `${found.at} of ${found.of}` : `${found.of}`;
  return (
    <search className={classes.bar} onKeyDown={onKey}>
      <TextInput
        size="xs"
        autoFocus
        aria-label="Search for"
        placeholder="Search"
        value={text}
        error={badRegex}
        onChange={(event) => setText(event.currentTarget.value)}
        rightSection={
          <Text size="xs" c="dimmed" className="nums" aria-live="polite" pr={8} style={{ whiteSpace: 'nowrap' }}>
            {badRegex ? 'no regex' : count}
          </Text>
        }
        rightSectionWidth={74}
        spellCheck={false}
        style={{ flex: 1 }}
      />
      <Choice label="Match capitals" on={caseSensitive} onChange={setCaseSensitive} icon={CaseSensitive} />
      <Choice label="Regular expression" on={regex} onChange={setRegex} icon={Regex} />
      <ActionIcon variant="subtle" color="gray" aria-label="Previous" onClick={() => look('previous')}>
        <ChevronUp size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label="Next" onClick={() => look('next')}>
        <ChevronDown size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label="Close the search" onClick={onClose}>
        <X size={16} />
      </ActionIcon>
    </search>
  );
}

function Choice({
  label,
  on,
  onChange,
  icon: Icon,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  icon: typeof Regex;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={on ? 'light' : 'subtle'}
        color={on ? 'petrol' : 'gray'}
        aria-label={label}
        aria-pressed={on}
        onClick={() => onChange(!on)}
      >
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function isRegex(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}
