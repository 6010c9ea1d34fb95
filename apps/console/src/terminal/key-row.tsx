import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, ClipboardPaste, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './key-row.module.css';
import type { TerminalTab } from './terminal-tab.ts';
import { useDesk } from './use-desk.ts';

/** Keys as a terminal sends them; arrows depend on what a program asked for. */
const ARROWS: readonly (readonly [label: string, icon: LucideIcon, final: string])[] = [
  ['Left', ArrowLeft, 'D'],
  ['Up', ArrowUp, 'A'],
  ['Down', ArrowDown, 'B'],
  ['Right', ArrowRight, 'C'],
];
const SIGNS = ['|', '/', '-', '~'];

/** The keys that telephones lack. */
export function KeyRow({ tab }: { tab: TerminalTab }) {
  useDesk();
  const arrow = (final: string) => {
    const { applicationCursorKeysMode } = tab.screen.terminal.modes;
    tab.press(`\u001b${applicationCursorKeysMode ? 'O' : '['}${final}`);
  };
  const paste = async () => tab.paste(await navigator.clipboard.readText().catch(() => ''));
  return (
    <div className={classes.row} role="toolbar" aria-label="Keys">
      <Key label="Escape" onPress={() => tab.press('\u001b')}>
        Esc
      </Key>
      <Key label="Tab" onPress={() => tab.press('\t')}>
        Tab
      </Key>
      <Key label="Control" pressed={tab.holdsControl} onPress={() => tab.holdControl(!tab.holdsControl)}>
        Ctrl
      </Key>
      {ARROWS.map(([label, Icon, final]) => (
        <Key key={label} label={label} onPress={() => arrow(final)}>
          <Icon size={16} aria-hidden />
        </Key>
      ))}
      {SIGNS.map((sign) => (
        <Key key={sign} label={sign} onPress={() => tab.press(sign)}>
          {sign}
        </Key>
      ))}
      {/* only secure pages may ask for the clipboard */}
      {window.isSecureContext && (
        <Key label="Paste" onPress={() => void paste()}>
          <ClipboardPaste size={16} aria-hidden />
        </Key>
      )}
    </div>
  );
}

function Key({
  label,
  pressed,
  onPress,
  children,
}: {
  label: string;
  pressed?: boolean;
  onPress: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={classes.key}
      aria-label={label}
      aria-pressed={pressed}
      // the keyboard of the telephone stays only while the terminal has the focus
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
