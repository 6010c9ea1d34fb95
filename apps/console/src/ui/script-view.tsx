import { inert } from '../run/inert-text.ts';

/** A script to read, not to change. */
export function ScriptView({ content, label }: { content: Uint8Array | string; label: string }) {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  return (
    <section aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long script scrolls, and the keyboard has to reach it */}
      <pre className="script" tabIndex={0}>
        {text.split(/\r?\n/).map(inert).join('\n')}
      </pre>
    </section>
  );
}
