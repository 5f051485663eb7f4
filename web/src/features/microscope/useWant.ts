/** Wanting something of each picture while it is on screen. */

import { type RefObject, useEffect, useState } from 'react';

import { type Want, want } from '../../core/microscope';

/** Ask for it as long as the component is there; null asks for nothing. */
export function useWant(wanted: Want | null): void {
  const text = JSON.stringify(wanted);
  useEffect(() => {
    const now = JSON.parse(text) as Want | null;
    return now === null ? undefined : want(now);
  }, [text]);
}

/** Whether any part of an element is in sight. */
export function useInSight(element: RefObject<Element | null>): boolean {
  const [inSight, setInSight] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    const observer = new IntersectionObserver(([entry]) => setInSight(entry?.isIntersecting ?? false), {
      rootMargin: '80px',
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, [element]);
  return inSight;
}
