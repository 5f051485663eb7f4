/** What a panel's "What am I seeing?" says. */

import { openGuide, type PageName } from '../../core/guide';
import { page } from './pages';

export default function Words({ page: name, onLeave }: { page: PageName; onLeave: () => void }) {
  return (
    <div className="grid gap-2" data-testid="seeing">
      <p>{page(name).seeing.replaceAll('`', '')}</p>
      <button
        type="button"
        className="link justify-self-start"
        onClick={() => {
          onLeave();
          openGuide(name);
        }}
      >
        Read more
      </button>
    </div>
  );
}
