/** The top bar: what is trained, the transport, the counters, the menu. */

import { Icon } from '../../ui/Icon';
import type { Moment } from '../../core/stores';
import { studio, useStudio } from '../studio';
import { ThemeButton } from '../ThemeButton';
import { ShareMenu } from '../sharing/ShareMenu';
import { MainMenu } from './MainMenu';
import { PresetMenu } from './PresetGallery';
import { Counters, Speed, Transport } from './Transport';

export interface Dialogs {
  readonly open: (name: DialogName) => void;
}
export type DialogName = 'shortcuts' | 'storage' | 'runs' | 'weights' | 'export' | 'export-panels';

interface Props {
  readonly presetsOpen: boolean;
  readonly onPresets: (open: boolean) => void;
  readonly onDialog: (name: DialogName) => void;
  /** Whether the transport lies at the foot of the page instead. */
  readonly narrow: boolean;
}

const AS_INTERVENTION = 'another intervention from the next step on';

/** What an edit of a single number has changed: a weight, or a bias. */
function editOf(moment: Moment | undefined): string | null {
  const { parameter } = moment?.edit ?? {};
  return parameter === undefined ? null : parameter === 'bias' ? 'bias' : 'weight';
}

export function Header({ presetsOpen, onPresets, onDialog, narrow }: Props) {
  const canUndo = useStudio((state) => (state.history?.past.length ?? 0) > 0);
  const canRedo = useStudio((state) => (state.history?.future.length ?? 0) > 0);
  const undoes = useStudio((state) => editOf(state.history?.present));
  const redoes = useStudio((state) => editOf(state.history?.future[0]));
  return (
    <header
      className={`grid h-14 shrink-0 items-center gap-3 ${narrow ? 'grid-cols-[minmax(0,1fr)_auto]' : 'grid-cols-[minmax(0,1fr)_auto_auto] xl:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]'} border-b border-line bg-panel px-4 max-sm:px-2`}
    >
      <div className="flex min-w-0 items-center gap-1">
        <h1 className="flex shrink-0 items-center gap-2 text-[15px] font-semibold tracking-tight">
          <Logo />
          <span className="lg:max-xl:sr-only">netlapse</span>
        </h1>
        <span aria-hidden="true" className="pl-1 text-muted lg:max-xl:hidden">
          ·
        </span>
        <PresetMenu open={presetsOpen} onOpenChange={onPresets} />
      </div>
      {!narrow && (
        <div className="flex items-center gap-3 xl:gap-5">
          <Transport />
          <Counters />
          <Speed />
        </div>
      )}
      <div className="flex items-center justify-end gap-0.5">
        <button
          type="button"
          className="button-quiet size-8 px-0"
          aria-label="Undo"
          title={
            undoes === null ? 'Undo (Ctrl+Z)' : `Undo the edit of a ${undoes} (Ctrl+Z): ${AS_INTERVENTION}`
          }
          disabled={!canUndo}
          onClick={() => studio.undo()}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button"
          className="button-quiet size-8 px-0"
          aria-label="Redo"
          title={
            redoes === null
              ? 'Redo (Ctrl+Shift+Z)'
              : `Redo the edit of a ${redoes} (Ctrl+Shift+Z): ${AS_INTERVENTION}`
          }
          disabled={!canRedo}
          onClick={() => studio.redo()}
        >
          <Icon name="redo" />
        </button>
        <ThemeButton />
        <ShareMenu />
        <MainMenu onDialog={onDialog} onPresets={() => onPresets(true)} />
      </div>
    </header>
  );
}

function Logo() {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" width="20" height="20" fill="none">
      <path d="M4 6 20 12M4 18l16-6" stroke="currentColor" strokeWidth="1.6" className="text-line-strong" />
      <circle cx="4" cy="6" r="3" className="fill-muted" />
      <circle cx="4" cy="18" r="3" className="fill-muted" />
      <circle cx="20" cy="12" r="3.6" className="fill-accent" />
    </svg>
  );
}
