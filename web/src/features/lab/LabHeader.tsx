/** The lab's top bar: back to the Studio, what can be taken along, the theme. */

import { Icon } from '../../ui/Icon';
import { Seeing } from '../guide/Seeing';
import { ThemeButton } from '../ThemeButton';
import { LAB_KEYS } from './keys';
import { useLab } from './lab';
import { LabSave } from './LabSave';
import { leaveLab } from './leaving';

export function LabHeader() {
  const busy = useLab((state) => state.busy);
  const isReady = useLab((state) => state.setup !== null);
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line bg-panel px-4 max-sm:gap-1 max-sm:px-2">
      <button type="button" className="button-quiet px-2" aria-label="Back to the Studio" onClick={leaveLab}>
        <Icon name="left" />
        <span className="max-sm:sr-only">Studio</span>
      </button>
      <h1 className="text-[15px] font-semibold whitespace-nowrap">Optimizer lab</h1>
      <Seeing page="lab" />
      <p className="min-w-0 flex-1 truncate text-muted max-md:hidden" title={LAB_KEYS}>
        Optimizers race from one start: who is fast, who overshoots, who gets stuck?
      </p>
      <span role="status" className="min-w-0 text-[12px] text-muted max-md:flex-1">
        {busy && 'racing…'}
      </span>
      {isReady && <LabSave />}
      <ThemeButton />
    </header>
  );
}
