/** What the browser keeps for this page; nothing where it lets the page keep nothing, as in a sandboxed frame. */

export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // The choice holds until the page is left.
  }
}
