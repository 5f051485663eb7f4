/** The guide: pages about what is on screen, and lessons that are done on it. */

import Markdown from 'markdown-to-jsx';
import { useStore } from 'zustand';

import { beginLesson, closeGuide, guideStore, openGuide, PAGE_NAMES, type PageName } from '../../core/guide';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { useIsGuest } from '../studio';
import { LESSONS } from './lessons';
import { page } from './pages';

/** The guide's own Markdown: what it may hold, and how it looks. */
const MARKDOWN = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: {
    h2: { props: { className: 'mt-5 mb-1 text-[14px] font-semibold' } },
    p: { props: { className: 'mb-2' } },
    ul: { props: { className: 'mb-2 grid list-disc gap-1 pl-5' } },
    code: { props: { className: 'rounded bg-raised px-1 py-0.5 font-mono text-[12px]' } },
  },
} as const;

export default function GuideDialog({ open }: { open: PageName | 'lessons' }) {
  return (
    <Dialog title="Guide" full onClose={closeGuide}>
      <div className="grid min-h-0 flex-1 grid-cols-[224px_minmax(0,1fr)] max-sm:grid-cols-1 max-sm:grid-rows-[auto_minmax(0,1fr)]">
        <Contents open={open} />
        <article
          key={open}
          tabIndex={-1}
          className="overflow-y-auto px-8 py-6 text-[14px] leading-relaxed max-sm:px-5"
        >
          <div className="max-w-[66ch]">{open === 'lessons' ? <Lessons /> : <PageOf name={open} />}</div>
        </article>
      </div>
    </Dialog>
  );
}

function Contents({ open }: { open: PageName | 'lessons' }) {
  const isGuest = useIsGuest();
  const all = isGuest ? PAGE_NAMES : (['lessons', ...PAGE_NAMES] as const);
  return (
    <nav
      aria-label="Contents"
      className="overflow-auto border-line p-3 max-sm:border-b sm:border-r [&_ul]:max-sm:flex"
    >
      <ul>
        {all.map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-current={name === open ? 'page' : undefined}
              className={`h-8 w-full rounded-md px-2.5 text-left whitespace-nowrap hover:bg-raised ${name === open ? 'bg-raised font-medium text-ink' : 'text-muted'}`}
              onClick={() => openGuide(name)}
            >
              {name === 'lessons' ? 'Lessons' : page(name).title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function PageOf({ name }: { name: PageName }) {
  const { title, seeing, more } = page(name);
  return (
    <>
      <h3 className="mb-3 text-[20px] font-semibold tracking-tight">{title}</h3>
      <Markdown options={MARKDOWN}>{seeing}</Markdown>
      <Markdown options={MARKDOWN}>{more}</Markdown>
    </>
  );
}

function Lessons() {
  const finished = useStore(guideStore, (state) => state.finished);
  return (
    <>
      <h3 className="mb-1 text-[20px] font-semibold tracking-tight">Lessons</h3>
      <p className="mb-4 text-muted">
        Each takes a few minutes, on the page itself: you do something, and the lesson goes on when you have
        done it. What you had on screen is one Undo away.
      </p>
      <ol className="grid gap-2">
        {LESSONS.map(({ title, about }, index) => (
          <li key={title} className="flex items-center gap-3 rounded-lg border border-line px-4 py-3">
            <span className="min-w-0 flex-1">
              <span className="block font-medium">
                {index + 1}. {title}
              </span>
              <span className="block text-[13px] text-muted">{about}</span>
            </span>
            {finished.includes(index) && (
              <span className="flex shrink-0 items-center gap-1 text-[13px] text-accent">
                <Icon name="check" size={14} /> Done
              </span>
            )}
            <button
              type="button"
              className="button shrink-0"
              aria-label={`Begin lesson ${index + 1}: ${title}`}
              onClick={() => beginLesson(index)}
            >
              Begin
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
