/** A formula, typeset. KaTeX sets its measures on the elements one by one, which the content policy allows. */

import 'katex/dist/katex.min.css';
import './formula.css';

import katex from 'katex';
import { memo, useLayoutEffect, useRef } from 'react';

interface Props {
  readonly tex: string;
  /** On a line of its own, which scrolls where it is too long. */
  readonly block?: boolean;
  /** Large, and broken into lines where it is too long. */
  readonly wraps?: boolean;
  readonly testId?: string;
}

export const Tex = memo(function Tex({ tex, block = false, wraps = false, testId }: Props) {
  const ref = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (ref.current === null) return;
    // A formula that is none is shown as it is written.
    katex.render(wraps ? `\\displaystyle ${tex}` : tex, ref.current, {
      displayMode: block,
      throwOnError: false,
      strict: 'ignore',
      trust: false,
      errorColor: 'inherit',
    });
  }, [tex, block, wraps]);
  return (
    <span
      ref={ref}
      data-testid={testId}
      className={`walk-formula ${block ? 'block overflow-x-auto overflow-y-hidden' : wraps ? 'block' : ''}`}
      {...(block ? { tabIndex: 0, role: 'group', 'aria-label': 'Formula' } : {})}
    />
  );
});
