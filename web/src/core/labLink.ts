/** The lab in the address: `#lab` alone, or `#lab=` and the whole set-up as base64url of its deflated JSON. */

import type { LabSetup } from './labSetup';
import { decodeDocument, encodeDocument } from './link';

const LAB = /^#?lab(?:=([\w-]*))?$/;

/** Whether an address' hash is that of the lab. */
export function isLabHash(hash: string): boolean {
  return LAB.test(hash);
}

export async function encodeLab(setup: LabSetup): Promise<string> {
  return `#lab=${await encodeDocument(setup)}`;
}

/** What an address' hash holds; null where it holds no set-up. */
export async function decodeLab(hash: string): Promise<Readonly<Record<string, unknown>> | null> {
  const text = LAB.exec(hash)?.[1];
  if (text === undefined) return null;
  try {
    return await decodeDocument(text);
  } catch {
    throw new Error('The link is cut off or damaged, so its race cannot be read.');
  }
}
