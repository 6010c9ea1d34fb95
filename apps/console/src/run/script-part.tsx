import { Group, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { defaultsOf, LANGUAGES, type Language } from '../ui/languages.ts';
import { ScriptEditor } from '../ui/script-editor.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { hiddenKeys } from './parameters.ts';
import { keysOf, type RunDraft } from './run-draft.ts';
import { RunOptions } from './run-options.tsx';

const EXAMPLES: Record<Language, string> = {
  SHELL: 'uptime\ndf -h /',
  PYTHON: 'import platform\nprint(platform.platform())',
  POWERSHELL: 'Get-Date',
  BAT: 'ver',
};

/** A script with its language, parameters and options. */
export function ScriptPart({
  draft,
  onChange,
  onSubmit,
}: {
  draft: RunDraft;
  onChange: (changes: Partial<RunDraft>) => void;
  onSubmit: () => void;
}) {
  const hidden = useMemo(() => hiddenKeys(draft.content), [draft.content]);
  const usual = defaultsOf(draft.language);
  return (
    <>
      <div>
        <Group justify="space-between" mb={8}>
          <SegmentedControl
            size="xs"
            aria-label="Language"
            data={LANGUAGES.map(({ value, label }) => ({ value, label }))}
            value={draft.language}
            onChange={(value) => onChange({ language: value as Language })}
          />
          <Switch
            size="xs"
            label="Parameters"
            checked={draft.withParameters}
            onChange={(event) => onChange({ withParameters: event.currentTarget.checked })}
          />
        </Group>
        <ScriptEditor
          label="Script"
          language={draft.language}
          value={draft.content}
          placeholder={EXAMPLES[draft.language]}
          onChange={(content) => onChange({ content })}
          onSubmit={onSubmit}
        />
      </div>
      {draft.withParameters && (
        <div>
          <ParameterFields
            keys={keysOf(draft)}
            values={draft.values}
            hidden={hidden}
            onChange={(values) => onChange({ values })}
          />
        </div>
      )}
      <RunOptions
        values={draft}
        defaults={{ username: usual.user, directory: usual.directory, timeout: '60' }}
        onChange={onChange}
      />
      <TextInput
        label="Save to the library as"
        description="Leave it empty to run it once"
        maxLength={60}
        value={draft.saveAs}
        onChange={(event) => onChange({ saveAs: event.currentTarget.value.trim() })}
        style={{ maxWidth: 360 }}
      />
    </>
  );
}
