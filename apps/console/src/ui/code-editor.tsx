import { python } from '@codemirror/lang-python';
import { StreamLanguage } from '@codemirror/language';
import { powerShell } from '@codemirror/legacy-modes/mode/powershell';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { useComputedColorScheme } from '@mantine/core';
import CodeMirror, { EditorView, type Extension, keymap, Prec } from '@uiw/react-codemirror';
import { useMemo } from 'react';
import classes from './code-editor.module.css';
import type { Language } from './languages.ts';

export interface ScriptEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly language: Language;
  readonly label: string;
  readonly placeholder?: string;
  readonly height?: number;
  /** Mod-Enter. */
  readonly onSubmit?: () => void;
}

const HIGHLIGHTING: Record<Language, Extension> = {
  SHELL: StreamLanguage.define(shell),
  PYTHON: python(),
  POWERSHELL: StreamLanguage.define(powerShell),
  BAT: [],
};

export function CodeEditor({
  value,
  onChange,
  language,
  label,
  placeholder,
  height = 260,
  onSubmit,
}: ScriptEditorProps) {
  const scheme = useComputedColorScheme('light');
  const extensions = useMemo(
    () => [
      HIGHLIGHTING[language],
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label }),
      Prec.highest(
        keymap.of([
          {
            key: 'Mod-Enter',
            run: () => {
              onSubmit?.();
              return onSubmit !== undefined;
            },
          },
        ]),
      ),
    ],
    [language, label, onSubmit],
  );
  return (
    <div className={classes.frame}>
      <CodeMirror
        value={value}
        onChange={onChange}
        theme={scheme}
        height={`${height}px`}
        extensions={extensions}
        indentWithTab={false}
        basicSetup={{ foldGutter: false, autocompletion: false, highlightActiveLineGutter: false }}
        {...(placeholder ? { placeholder } : {})}
      />
    </div>
  );
}
