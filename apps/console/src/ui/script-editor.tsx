import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ScriptEditorProps } from './code-editor.tsx';

// the editor is the largest part of the console and stands on two pages only
const CodeEditor = lazy(() => import('./code-editor.tsx').then((module) => ({ default: module.CodeEditor })));

/** A text editor that knows the four languages. */
export function ScriptEditor(props: ScriptEditorProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height ?? 260} />}>
      <CodeEditor {...props} />
    </Suspense>
  );
}
