/** The way into the lab and out of it: the address says where one is. */

import { isLabHash } from '../../core/labLink';

const LAB = '#lab';
/** What the address was before; the Studio's own set-up. */
let before: string | null = null;

export function openLab(): void {
  before = location.hash;
  location.hash = LAB;
}

export function leaveLab(): void {
  location.hash = before === null || isLabHash(before) ? '' : before;
  before = null;
}
